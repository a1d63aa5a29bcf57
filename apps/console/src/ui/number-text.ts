/** Numbers as a person reads them. */

const WHOLE = new Intl.NumberFormat('en');
const PERCENT = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 });

/** `12,345`. */
export function count(value: number): string {
  return WHOLE.format(value);
}

/** `1 delivery`, `12,345 deliveries`. */
export function countOf(value: number, one: string, many: string): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** `99.8 %` of 0 to 1. Never 100 % while something failed, never 0 % while something worked. */
export function percent(share: number): string {
  const shown = share < 1 && share > 0.999 ? 0.999 : share > 0 && share < 0.001 ? 0.001 : share;
  return PERCENT.format(shown);
}
