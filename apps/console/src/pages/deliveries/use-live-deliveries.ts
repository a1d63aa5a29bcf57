/** Keeps the list of deliveries alive: rows change in place, new ones come on top or wait to be shown. */
import type { ApiDelivery } from '@hooklane/client';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { RefObject } from 'react';
import { deliveriesQuery } from '../../api/deliveries.ts';
import { openDeliveryStream } from '../../api/delivery-stream.ts';
import type { DeliveriesSearch } from './deliveries-search.ts';
import { MAX_FIRST_PAGE, addRows, belongs, updateRows } from './live-list.ts';
import { matches, streamFilter } from './match-filter.ts';

/** What the page shows of it. */
export interface LiveDeliveries {
  /** False: news come every few seconds only. */
  isOpen: boolean;
  isPaused: boolean;
  setPaused: (paused: boolean) => void;
  /** How many wait to be shown, because one has scrolled or paused. */
  waiting: number;
  /** Shows them. */
  showWaiting: () => void;
  /** Rows that have just come. */
  isFresh: (delivery: ApiDelivery) => boolean;
}

/** Many may come at once; the list is drawn at most this often, ms. */
const DRAW_EVERY_MS = 150;
/** More than this are not kept for one who paused; then the list is fetched anew. */
const MAX_NEWS = 5000;
/** One who has scrolled further than this reads, and nothing may move under him, pixels. */
const TOP_PX = 160;

/** See {@link LiveDeliveries}. */
export function useLiveDeliveries(filter: DeliveriesSearch): LiveDeliveries {
  const queryClient = useQueryClient();
  const [isOpen, setOpen] = useState(true);
  const [isPaused, setPaused] = useState(false);
  const [waiting, setWaiting] = useState(0);
  const news = useRef(new Map<string, ApiDelivery>());
  const fresh = useRef(new Set<string>());
  const missed = useRef(false);

  const draw = useCallback(
    (force: boolean) => {
      const { queryKey } = deliveriesQuery(filter);
      const before = queryClient.getQueryData(queryKey);
      if (before === undefined || news.current.size === 0) return;
      if (missed.current) {
        missed.current = false;
        news.current.clear();
        setWaiting(0);
        void queryClient.resetQueries({ queryKey });
        return;
      }
      const { pages, unknown } = updateRows(before, news.current);
      const added = unknown.filter((delivery) => matches(delivery, filter) && belongs(before, delivery));
      const isShown = force || window.scrollY < TOP_PX;
      news.current = new Map(isShown ? [] : added.map((delivery) => [delivery.id, delivery]));
      setWaiting(isShown ? 0 : added.length);
      if (isShown) for (const { id } of added) fresh.current.add(id);
      const after = isShown ? addRows(pages, added) : pages;
      queryClient.setQueryData(queryKey, after);
      if ((after.pages[0]?.items.length ?? 0) > MAX_FIRST_PAGE) void queryClient.resetQueries({ queryKey });
    },
    [filter, queryClient],
  );

  useStream(filter, { news, fresh, missed, setOpen });

  useEffect(() => {
    if (isPaused) return undefined;
    const timer = setInterval(() => draw(false), DRAW_EVERY_MS);
    return () => clearInterval(timer);
  }, [draw, isPaused]);

  return {
    isOpen,
    isPaused,
    setPaused,
    waiting,
    showWaiting: () => {
      window.scrollTo({ top: 0 });
      draw(true);
    },
    isFresh: ({ id }) => fresh.current.has(id),
  };
}

interface Taking {
  news: RefObject<Map<string, ApiDelivery>>;
  fresh: RefObject<Set<string>>;
  missed: RefObject<boolean>;
  setOpen: (isOpen: boolean) => void;
}

/** Gathers what the stream tells until it is drawn. */
function useStream(filter: DeliveriesSearch, { news, fresh, missed, setOpen }: Taking): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    news.current.clear();
    fresh.current.clear();
    let wasOpen = false;
    const fetchAgain = (): void =>
      void queryClient.invalidateQueries({ queryKey: deliveriesQuery(filter).queryKey });
    return openDeliveryStream(streamFilter(filter), {
      onDelivery: (delivery) => {
        if (news.current.size < MAX_NEWS) news.current.set(delivery.id, delivery);
        else missed.current = true;
      },
      onGap: fetchAgain,
      onOpen: (isOpen) => {
        setOpen(isOpen);
        // What changed while the stream was broken may not have been told.
        if (isOpen && wasOpen) fetchAgain();
        wasOpen ||= isOpen;
      },
    });
  }, [filter, queryClient, news, fresh, missed, setOpen]);
}
