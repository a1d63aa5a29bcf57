/** Small pictures for the docs: a card that is legible on a light page and on a dark one, and follows the reader's choice. */

const STYLE = `
  .card { fill: #ffffff; stroke: #d0d7de; }
  text { font: 13px system-ui, sans-serif; fill: #1f2328; }
  .title { font-size: 15px; font-weight: 600; }
  .faint { fill: #59636e; }
  .grid { stroke: #d0d7de; stroke-width: 1; }
  .whisker { stroke: #1f2328; stroke-width: 1.5; }
  .c0 { --c: #0969da; } .c1 { --c: #8c6d00; } .c2 { --c: #1a7f37; } .c3 { --c: #8250df; } .c4 { --c: #bc4c00; }
  .fill { fill: var(--c); } .line { stroke: var(--c); fill: none; stroke-width: 2; } .dot { fill: var(--c); }
  @media (prefers-color-scheme: dark) {
    .card { fill: #151b23; stroke: #3d444d; }
    text { fill: #f0f6fc; }
    .faint { fill: #9198a1; }
    .grid { stroke: #3d444d; }
    .whisker { stroke: #f0f6fc; }
    .c0 { --c: #4493f8; } .c1 { --c: #d29922; } .c2 { --c: #3fb950; } .c3 { --c: #ab7df8; } .c4 { --c: #f0883e; }
  }`;

/** What every picture has. */
export interface Card {
  width: number;
  height: number;
  title: string;
  /** For those who cannot see it. */
  description: string;
  content: readonly string[];
}

/** The whole picture. */
export function card({ width, height, title, description, content }: Card): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escape(title)}</title>`,
    `<desc>${escape(description)}</desc>`,
    `<style>${STYLE}\n</style>`,
    `<rect class="card" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    text({ x: 20, y: 30, content: title, className: 'title' }),
    ...content,
    '</svg>',
    '',
  ].join('\n');
}

/** A line of text. `anchor`: which end of it is at `x`. */
export interface Text {
  x: number;
  y: number;
  content: string;
  className?: string;
  anchor?: 'start' | 'middle' | 'end';
}

/** As SVG. */
export function text({ x, y, content, className = '', anchor = 'start' }: Text): string {
  return `<text class="${className}" x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${escape(content)}</text>`;
}

/** A straight line, as SVG. */
export function line(className: string, [x1, y1]: readonly number[], [x2, y2]: readonly number[]): string {
  return `<line class="${className}" x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}"/>`;
}

/** To a tenth: more is not seen. */
export function round(value = 0): number {
  return Math.round(value * 10) / 10;
}

function escape(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
