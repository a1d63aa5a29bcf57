import { clsx } from 'clsx';
import { CopyButton } from './copy-button.tsx';

/** Text as it went over the wire. */
export interface CodeBlockProps {
  text: string;
  /** What it is, for the copy button and screen readers. */
  label: string;
  className?: string;
}

/** Wraps long lines; scrolls when it is high, also by keyboard. */
export function CodeBlock({ text, label, className }: CodeBlockProps) {
  return (
    <div className={clsx('group relative min-w-0', className)}>
      <pre
        role="region"
        aria-label={label}
        tabIndex={0}
        className="max-h-112 overflow-auto rounded-md border border-line bg-sunken p-3 pr-11 font-mono text-xs leading-[1.65] wrap-anywhere whitespace-pre-wrap"
      >
        {text}
      </pre>
      <div className="absolute top-1.5 right-1.5">
        <CopyButton text={text} label={`Copy ${label.toLowerCase()}`} iconOnly />
      </div>
    </div>
  );
}

/** JSON with line breaks; what is no JSON is left as it is. */
export function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
