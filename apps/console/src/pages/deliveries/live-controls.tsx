import { clsx } from 'clsx';
import { ArrowUp, Pause, Play } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import type { LiveDeliveries } from './use-live-deliveries.ts';

/** Whether the list is alive, pause, and what waits to be shown. */
export function LiveControls({ live }: { live: LiveDeliveries }) {
  const { isOpen, isPaused, setPaused, waiting, showWaiting } = live;
  return (
    <div className="ml-auto flex items-center gap-2.5">
      <span className="flex items-center gap-2 text-sm text-ink-2">
        <span
          aria-hidden="true"
          className={clsx(
            'size-2 rounded-full',
            isPaused
              ? 'bg-ink-3'
              : isOpen
                ? 'animate-[shimmer_2s_ease-in-out_infinite] bg-ok-mark'
                : 'bg-wait-mark',
          )}
        />
        {isPaused ? 'Paused' : isOpen ? 'Live' : 'Refreshing every few seconds'}
      </span>
      <Button
        size="sm"
        icon={isPaused ? Play : Pause}
        aria-pressed={isPaused}
        onClick={() => setPaused(!isPaused)}
      >
        {isPaused ? 'Go on' : 'Pause'}
      </Button>
      <span role="status" className="sr-only">
        {waiting > 0 ? `${waiting} new` : ''}
      </span>
      {waiting > 0 && (
        <Button
          look="primary"
          icon={ArrowUp}
          className="fixed top-4 left-1/2 z-30 -translate-x-1/2 rounded-full! shadow-pop! max-lg:top-16 lg:ml-28"
          onClick={showWaiting}
        >
          {waiting} new
        </Button>
      )}
    </div>
  );
}
