/** Outcomes must be told apart by everybody, also by who sees no red or no green, in light and in dark. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

type Triple = [number, number, number];

const CSS = readFileSync(join(import.meta.dirname, '../../styles.css'), 'utf8');
const [LIGHT = '', DARK = ''] = CSS.split("[data-theme='dark'] {\n");

/** The colours of the bars from the ground up, as OKLCH: lightness, chroma, hue. */
function palette(theme: string): Map<string, Triple> {
  const found = theme.matchAll(/--chart-(\w+): oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)/g);
  return new Map([...found].map(([, name = '', l, c, h]) => [name, [Number(l), Number(c), Number(h)]]));
}

/** Björn Ottosson's matrices: OKLab → linear sRGB, and back. */
function linearOf([l, c, h]: Triple): Triple {
  const [a, b] = [c * Math.cos((h * Math.PI) / 180), c * Math.sin((h * Math.PI) / 180)];
  const lms = [
    l + 0.3963377774 * a + 0.2158037573 * b,
    l - 0.1055613458 * a - 0.0638541728 * b,
    l - 0.0894841775 * a - 1.291485548 * b,
  ];
  const [x = 0, y = 0, z = 0] = lms.map((value) => value ** 3);
  return [
    4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z,
    -1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z,
    -0.0041960863 * x - 0.7034186147 * y + 1.707614701 * z,
  ].map((value) => Math.min(1, Math.max(0, value))) as Triple;
}

function labOf([r, g, b]: Triple): Triple {
  const [l, m, s] = [
    0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b,
    0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b,
    0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b,
  ].map((value) => Math.cbrt(value)) as Triple;
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** Machado, Oliveira and Fernandes 2009, severity 1, on linear sRGB. */
const EYES: Record<string, readonly Triple[]> = {
  'all three cones': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  'no red (protanopia)': [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  'no green (deuteranopia)': [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
};

function seen(colour: Triple, eye: readonly Triple[]): Triple {
  const linear = linearOf(colour);
  return labOf(
    eye.map((row) =>
      Math.min(
        1,
        Math.max(
          0,
          row.reduce((sum, weight, i) => sum + weight * (linear[i] ?? 0), 0),
        ),
      ),
    ) as Triple,
  );
}

const distance = (a: Triple, b: Triple): number => Math.hypot(...a.map((value, i) => value - (b[i] ?? 0)));

/** The outcomes that may well stand together: each of them is like none of the others. */
const COMMON = 5;

/** About five times what is just noticed. */
const APART = 0.1;

describe.each([
  ['light', LIGHT],
  ['dark', DARK],
])('%s', (_, theme) => {
  const colours = palette(theme);
  test.each(Object.entries(EYES))(
    'with %s success is like no failure, and no outcome like its neighbours',
    (_eye, eye) => {
      expect([...colours.keys()]).toEqual([
        'ok',
        'throttled',
        'rejected',
        'timeout',
        'unreachable',
        'gone',
        'blocked',
        'interrupted',
      ]);
      const all = [...colours].map(([name, colour]) => ({ name, lab: seen(colour, eye) }));
      const near = all.flatMap((one, i) =>
        all
          .slice(i + 1)
          .filter(
            (other, j) => (i === 0 || j === 0 || i + 1 + j < COMMON) && distance(one.lab, other.lab) < APART,
          )
          .map((other) => `${one.name} and ${other.name}: ${distance(one.lab, other.lab).toFixed(3)}`),
      );
      expect(near).toEqual([]);
    },
  );
});
