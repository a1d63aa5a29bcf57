/** Times for people: how long ago, how long it took. Programs get RFC 3339. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Two figures at most: `340ms`, `4.2s`, `12s`, `5m`, `2h 5m`, `3d 4h`. */
export function showSpan(ms: number): string {
  const span = Math.max(0, ms);
  if (span < SECOND) return `${Math.round(span)}ms`;
  if (span < 10 * SECOND) return `${Math.floor(span / 100) / 10}s`;
  if (span < MINUTE) return `${Math.floor(span / SECOND)}s`;
  if (span < HOUR) return pair(span, [MINUTE, 'm'], [SECOND, 's'], 10);
  if (span < DAY) return pair(span, [HOUR, 'h'], [MINUTE, 'm'], 24);
  return pair(span, [DAY, 'd'], [HOUR, 'h'], 7);
}

/** The small figure is left out when it is 0, or when the large one says enough. */
function pair(ms: number, large: [number, string], small: [number, string], enough: number): string {
  const count = Math.floor(ms / large[0]);
  const rest = Math.floor((ms % large[0]) / small[0]);
  return rest === 0 || count >= enough ? `${count}${large[1]}` : `${count}${large[1]} ${rest}${small[1]}`;
}

/** `12s ago`, `in 5m`, `now`. */
export function showAgo(time: string, now: number): string {
  const distance = Date.parse(time) - now;
  if (Math.abs(distance) < SECOND) return 'now';
  // A remainder of tenths would only flicker.
  const whole = Math.floor(Math.abs(distance) / SECOND) * SECOND;
  return distance < 0 ? `${showSpan(whole)} ago` : `in ${showSpan(whole)}`;
}

/** `2026-11-23 22:04:31` in the zone of this machine. */
export function showTime(time: string): string {
  const date = new Date(time);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${showClock(time)}`;
}

/** `22:04:31` in the zone of this machine. */
export function showClock(time: string): string {
  const date = new Date(time);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((value) => String(value).padStart(2, '0'))
    .join(':');
}
