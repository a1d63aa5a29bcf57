/** Keeps the list of deliveries alive: rows change in place, new ones come on top or wait to be shown. */
import { useQueryClient } from '@tanstack/react-query';
import type { QueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { deliveriesQuery, deliveryPageQuery } from '../../api/deliveries.ts';
import { followDeliveries } from '../../api/delivery-stream.ts';
import type { StreamState } from '../../api/delivery-stream.ts';
import type { DeliveriesSearch } from './deliveries-search.ts';
import { ListKeeper } from './list-keeper.ts';
import type { Waiting } from './list-keeper.ts';
import { matches, streamFilter } from './match-filter.ts';

/** What the page shows of it. */
export interface LiveDeliveries {
  state: StreamState;
  isPaused: boolean;
  setPaused: (paused: boolean) => void;
  /** How many wait to be shown, because one has scrolled or paused. */
  waiting: Waiting;
  /** Shows them. */
  showWaiting: () => void;
  /** Rows that have just come. */
  isFresh: (delivery: { id: string }) => boolean;
}

/** Many may come at once; the list is drawn at most this often, ms. */
const DRAW_EVERY_MS = 150;
/** One who has scrolled further than this reads, and nothing may move under him, pixels. */
const TOP_PX = 160;

const NONE: Waiting = { count: 0, isMore: false };

/** See {@link LiveDeliveries}. */
export function useLiveDeliveries(filter: DeliveriesSearch): LiveDeliveries {
  const queryClient = useQueryClient();
  const [state, setState] = useState<StreamState>('connecting');
  const [isPaused, setPaused] = useState(false);
  const [waiting, setWaiting] = useState(NONE);
  const keeper = useMemo(() => keep(queryClient, filter, setWaiting), [queryClient, filter]);

  useEffect(() => {
    const timer = setInterval(() => keeper.tick(), DRAW_EVERY_MS);
    const unfollow = followDeliveries(streamFilter(filter), {
      onDelivery: (delivery) => keeper.tell(delivery),
      onLook: () => keeper.look(),
      onState: setState,
    });
    return () => {
      clearInterval(timer);
      unfollow();
      setWaiting(NONE);
    };
  }, [keeper, filter]);
  useEffect(() => keeper.setPaused(isPaused), [keeper, isPaused]);

  return {
    state,
    isPaused,
    setPaused,
    waiting,
    showWaiting: () => {
      window.scrollTo({ top: 0 });
      keeper.show();
    },
    isFresh: ({ id }) => keeper.isFresh(id),
  };
}

function keep(
  queryClient: QueryClient,
  filter: DeliveriesSearch,
  onWaiting: (waiting: Waiting) => void,
): ListKeeper {
  const { queryKey } = deliveriesQuery(filter);
  return new ListKeeper({
    read: () => {
      const { data, fetchStatus } = queryClient.getQueryState(queryKey) ?? {};
      // What is fetched is put behind what there was when that began: whatever is written meanwhile would be lost.
      return data === undefined || fetchStatus === 'fetching' ? null : data;
    },
    write: (pages) => queryClient.setQueryData(queryKey, pages),
    fetchPage: (cursor) => queryClient.query(deliveryPageQuery(filter, cursor)),
    matches: (delivery) => matches(delivery, filter),
    isAtTop: () => window.scrollY < TOP_PX,
    now: () => performance.now(),
    onWaiting,
  });
}
