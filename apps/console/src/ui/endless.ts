/** A list that is fetched page by page while one scrolls. */
import type { InfiniteData } from '@tanstack/react-query';
import { useCallback, useEffect } from 'react';

/** The part of an infinite query that is needed here. */
export interface EndlessQuery<Item> {
  data: InfiniteData<{ items: readonly Item[] }> | undefined;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isError: boolean;
  fetchNextPage: () => unknown;
}

/** What a table needs. */
export interface Endless<Item> {
  rows: readonly Item[];
  /** To be called when the last rows come into sight. */
  onEnd: () => void;
}

/** Rows that fill a screen. */
const FULL_SCREEN = 30;

/** A page may have few items, because the server looks at a bounded part of the list for each: then the next is fetched at once. */
export function useEndless<Item>(query: EndlessQuery<Item>): Endless<Item> {
  const { data, hasNextPage, isFetchingNextPage, isError, fetchNextPage } = query;
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, hasNextPage, isFetchingNextPage]);
  const rows = data?.pages.flatMap(({ items }) => items) ?? [];
  const needsMore = data !== undefined && rows.length < FULL_SCREEN && !isError;
  useEffect(() => {
    if (needsMore) onEnd();
  }, [needsMore, onEnd]);
  return { rows, onEnd };
}
