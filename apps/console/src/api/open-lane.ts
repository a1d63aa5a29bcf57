/** Whether a delivery waits in an open lane: its receiver is down, and one delivery at a time probes it. */
import type { ApiDelivery, ApiStatus } from '@hooklane/client';
import { useQuery } from '@tanstack/react-query';
import { statusQuery } from './overview.ts';

/** An open lane; `nextProbeAt` is when it is probed next. */
export type OpenLane = ApiStatus['openLanes'][number];

/** null: it is not open, or the delivery waits for nothing. Looked at again and again, for all rows together. */
export function useOpenLane({ webhookId, nextAttemptAt }: ApiDelivery): OpenLane | null {
  const { data } = useQuery({ ...statusQuery, enabled: nextAttemptAt !== null });
  if (nextAttemptAt === null) return null;
  return data?.openLanes.find((lane) => lane.webhookId === webhookId) ?? null;
}
