import { describe, expect, test } from '@jest/globals';
import { cleanLine, cleanLines } from './clean-text.ts';
import { printFacts } from './facts.ts';
import { cut, printTable } from './table.ts';
import type { Column } from './table.ts';
import type { Terminal } from './terminal.ts';

interface Row {
  name: string;
  url: string;
  id: string;
}

const COLUMNS: Column<Row>[] = [
  { title: 'Name', show: (row) => row.name },
  { title: 'Url', show: (row) => row.url, shrinkTo: 8 },
  { title: 'Id', show: (row) => row.id, plain: (row) => `plain-${row.id}`, canWrap: true },
];
const ROWS = [
  { name: 'chat', url: 'https://example.com/a', id: 'wh_1' },
  { name: '漢字', url: 'x', id: 'wh_2' },
];

function screen(width: number, isInteractive = true) {
  const lines: string[] = [];
  const notes: string[] = [];
  const terminal = {
    isInteractive,
    width,
    print: (line = '') => lines.push(line),
    note: (line: string) => notes.push(line),
    paint: (_style: string, text: string) => text,
  } as unknown as Terminal;
  return { lines, notes, terminal };
}

function draw(width: number, isInteractive = true, rows = ROWS): string[] {
  const { lines, terminal } = screen(width, isInteractive);
  printTable(terminal, COLUMNS, rows);
  return lines;
}

describe('a table', () => {
  test('is aligned, also with characters of two cells', () => {
    expect(draw(80)).toEqual([
      'NAME  URL                    ID',
      'chat  https://example.com/a  wh_1',
      '漢字  x                      wh_2',
    ]);
  });

  test('cuts what may be cut when the window is narrow', () => {
    expect(draw(24)).toEqual([
      'NAME  URL           ID',
      'chat  https://exa…  wh_1',
      '漢字  x             wh_2',
    ]);
  });

  test('puts an id on a line of its own before it cuts it', () => {
    expect(draw(16)).toEqual(['NAME  URL', 'chat  https://e…', '  wh_1', '漢字  x', '  wh_2']);
  });

  test('has tabs and the plain values for a program', () => {
    expect(draw(10, false)).toEqual([
      'name\turl\tid',
      'chat\thttps://example.com/a\tplain-wh_1',
      '漢字\tx\tplain-wh_2',
    ]);
  });

  test('without rows is a note', () => {
    const { lines, notes, terminal } = screen(80);
    printTable(terminal, COLUMNS, [], 'None.');
    expect({ lines, notes }).toEqual({ lines: [], notes: ['None.'] });
  });

  test('lets nobody move the cursor or forge a column', () => {
    expect(draw(80, false, [{ name: 'a\u001b[2J\tb\nc', url: '\u202e', id: '' }])[1]).toBe(
      String.raw`a\x1b[2J\tb\nc` + '\t' + String.raw`\u202e` + '\tplain-',
    );
  });
});

test('facts stand under each other; null is left out', () => {
  const { lines, terminal } = screen(80);
  printFacts(terminal, [
    ['Name', 'chat'],
    ['Gone', null],
    ['Url', 'x\u0007'],
  ]);
  expect(lines).toEqual(['Name  chat', String.raw`Url   x\x07`]);
});

test('text of others keeps its lines where lines are wanted', () => {
  expect(cleanLines('a\r\nb\tc\u009b')).toBe(String.raw`a` + '\nb\tc' + String.raw`\x9b`);
  expect(cleanLine('a\r\nb')).toBe(String.raw`a\r\nb`);
});

test('a cut never splits a character', () => {
  expect(cut('👩‍👩‍👧x', 2)).toBe('…');
  expect(cut('abc', 3)).toBe('abc');
});
