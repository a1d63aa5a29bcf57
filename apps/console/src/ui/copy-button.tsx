import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from './button.tsx';
import { toastError } from './toast.tsx';

/** Puts `text` into the clipboard. */
export interface CopyButtonProps {
  text: string;
  /** What it says; alone it is read out, with `iconOnly` it is not shown. */
  label: string;
  iconOnly?: boolean;
  /** Default `sm`. */
  size?: 'sm' | 'md';
}

const SHOWN_MS = 1600;

/** Says for a moment that it was done. */
export function CopyButton({ text, label, iconOnly = false, size = 'sm' }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = (): void => {
    copyText(text).then(() => setCopied(true), toastError);
  };
  const shown = copied ? 'Copied' : label;
  return (
    <Button
      look={iconOnly ? 'ghost' : 'secondary'}
      size={size}
      icon={copied ? Check : Copy}
      onClick={copy}
      {...(iconOnly ? { 'aria-label': shown, title: shown, className: 'px-1.5!' } : {})}
    >
      {iconOnly ? null : <span aria-live="polite">{shown}</span>}
    </Button>
  );
}

/** Over plain http a browser has no clipboard API, except on this machine. */
async function copyText(text: string): Promise<void> {
  if (navigator.clipboard !== undefined) return navigator.clipboard.writeText(text);
  throw new Error('The browser gives the clipboard to pages over https only. Select the text and copy it');
}
