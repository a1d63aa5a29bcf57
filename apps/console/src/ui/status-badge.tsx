import type { ApiAttempt, ApiDelivery } from '@hooklane/client';
import { CircleCheck, CircleDashed, CircleX, RotateCw } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { Badge } from './badge.tsx';
import type { Tone } from './badge.tsx';

type Status = ApiDelivery['status'];

/** Status → word, colour and sign. One spelling for the whole console. */
export const STATUS_LOOKS: Record<Status, { label: string; tone: Tone; icon: LucideIcon }> = {
  pending: { label: 'Pending', tone: 'info', icon: CircleDashed },
  retrying: { label: 'Retrying', tone: 'wait', icon: RotateCw },
  delivered: { label: 'Delivered', tone: 'ok', icon: CircleCheck },
  dead: { label: 'Dead', tone: 'bad', icon: CircleX },
};

/** The status of a delivery. */
export function StatusBadge({ status }: { status: Status }) {
  const { label, tone, icon } = STATUS_LOOKS[status];
  return (
    <Badge tone={tone} icon={icon}>
      {label}
    </Badge>
  );
}

/** Outcome → word. */
export const OUTCOME_LABELS: Record<ApiAttempt['outcome'], string> = {
  ok: 'OK',
  rejected: 'Rejected',
  throttled: 'Throttled',
  gone: 'Gone',
  timeout: 'Timed out',
  unreachable: 'Unreachable',
  blocked: 'Blocked',
  interrupted: 'Interrupted',
};

/** Why a delivery was given up, in a few words. */
export const DEAD_REASON_LABELS: Record<NonNullable<ApiDelivery['reason']>, string> = {
  exhausted: 'All tries failed',
  gone: 'Receiver said Gone',
  blocked: 'Address not allowed',
  lane_open: 'Receiver was down too long',
  webhook_deleted: 'Webhook was deleted',
  discarded: 'Discarded by a person',
};
