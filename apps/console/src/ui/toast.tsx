import { Toaster, toast } from 'sonner';
import { describeError } from '../api/describe-error.ts';
import { useIsDark } from '../app/theme.ts';

/** Where short messages appear. */
export function Toasts() {
  return (
    <Toaster
      theme={useIsDark() ? 'dark' : 'light'}
      position="bottom-right"
      toastOptions={{
        classNames: {
          toast: 'font-sans! rounded-lg! border-line! bg-surface! text-ink! shadow-pop!',
          description: 'text-ink-2!',
        },
      }}
    />
  );
}

/** Something was done. */
export function toastDone(message: string): void {
  toast.success(message);
}

/** Something was not done, and why. */
export function toastError(error: unknown): void {
  const { title, detail } = describeError(error);
  toast.error(title, { description: detail });
}
