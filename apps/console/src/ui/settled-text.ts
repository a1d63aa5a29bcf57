/** A text field whose value settles: the field shows each key at once, the rest of the page hears of it after a pause. */
import { useEffect, useState } from 'react';

const PAUSE_MS = 250;

/** `value` is what holds now, `settle` is told the new one. A change from outside replaces what was typed. */
export function useSettledText(
  value: string,
  settle: (text: string) => void,
): [string, (text: string) => void] {
  const [text, setText] = useState(value);
  const [before, setBefore] = useState(value);
  if (value !== before) {
    setBefore(value);
    setText(value);
  }
  useEffect(() => {
    if (text === value) return undefined;
    const timer = setTimeout(() => settle(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, value, settle]);
  return [text, setText];
}
