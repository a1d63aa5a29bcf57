/** Light, dark, or as the system says. `public/theme.js` reads the same key before the first paint. */
import { useSyncExternalStore } from 'react';

/** What a person can choose. */
export type ThemeChoice = 'system' | 'light' | 'dark';

const KEY = 'hooklane-theme';
const system = window.matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

system.addEventListener('change', apply);

/** What is chosen now. */
function themeChoice(): ThemeChoice {
  const stored = read();
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

/** Chooses, and keeps it in this browser. */
export function chooseTheme(choice: ThemeChoice): void {
  try {
    if (choice === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, choice);
  } catch {
    // Storage is forbidden: the choice lasts as long as the page.
  }
  apply(choice);
}

/** Re-renders on each change. */
export function useThemeChoice(): ThemeChoice {
  return useSyncExternalStore(subscribe, themeChoice);
}

/** Whether the page is dark now; for what is drawn with colours of its own. */
export function useIsDark(): boolean {
  return useSyncExternalStore(subscribe, () => document.documentElement.dataset['theme'] === 'dark');
}

function apply(choice: unknown = themeChoice()): void {
  const wanted = choice === 'light' || choice === 'dark' ? choice : themeChoice();
  const dark = wanted === 'dark' || (wanted === 'system' && system.matches);
  document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
  for (const listener of listeners) listener();
}

function read(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
