import { clsx } from 'clsx';
import { ArrowUp, Pause, Play } from 'lucide-react';
import type { StreamState } from '../../api/delivery-stream.ts';
import { Button } from '../../ui/button.tsx';
import type { LiveDeliveries } from './use-live-deliveries.ts';

const LIVE = 'animate-[shimmer_2s_ease-in-out_infinite] bg-ok-mark';

/** State → words and the colour of the dot. */
const LOOKS: Record<StreamState | 'paused', { text: string; dot: string }> = {
  connecting: { text: 'Connecting …', dot: 'bg-ink-3' },
  live: { text: 'Live', dot: LIVE },
  reconnecting: { text: 'Reconnecting …', dot: 'bg-wait-mark' },
  polling: { text: 'Refreshing every few seconds', dot: 'bg-wait-mark' },
  paused: { text: 'Paused', dot: 'bg-ink-3' },
};

/** Whether the list is alive, pause, and what waits to be shown. */
export function LiveControls({ live }: { live: LiveDeliveries }) {
  const { state, isPaused, setPaused, waiting, showWaiting } = live;
  const { text, dot } = LOOKS[isPaused ? 'paused' : state];
  const hasWaiting = waiting.count > 0 || waiting.isMore;
  const news = hasWaiting ? `${waiting.count}${waiting.isMore ? '+' : ''} new` : '';
  return (
    <div className="ml-auto flex items-center gap-2.5">
      <span className="flex items-center gap-2 text-sm text-ink-2" data-testid="live-state">
        <span aria-hidden="true" className={clsx('size-2 rounded-full', dot)} />
        {text}
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
        {news}
      </span>
      {hasWaiting && (
        <Button
          look="primary"
          icon={ArrowUp}
          className="fixed top-4 left-1/2 z-30 -translate-x-1/2 rounded-full! shadow-pop! max-lg:top-16 lg:ml-28"
          onClick={showWaiting}
        >
          {news}
        </Button>
      )}
    </div>
  );
}
