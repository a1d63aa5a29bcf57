/** What a notice is called, and what to do about it. */
import type { ApiNotice } from '@hooklane/client';
import { CircleCheck, OctagonX, TriangleAlert } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { Tone } from '../../ui/badge.tsx';

/** Kind → title, colour and sign. */
export const NOTICE_LOOKS: Record<ApiNotice['kind'], { label: string; tone: Tone; icon: LucideIcon }> = {
  'webhook.failing': { label: 'Webhook fails', tone: 'wait', icon: TriangleAlert },
  'webhook.disabled': { label: 'Webhook disabled', tone: 'bad', icon: OctagonX },
  'webhook.recovered': { label: 'Webhook works again', tone: 'ok', icon: CircleCheck },
  'notifications.failing': { label: 'Notification URL fails', tone: 'wait', icon: TriangleAlert },
  'notifications.disabled': { label: 'Notification URL disabled', tone: 'bad', icon: OctagonX },
  'notifications.recovered': { label: 'Notification URL works again', tone: 'ok', icon: CircleCheck },
};

/** The next step of a person. */
export function whatToDo({ kind, reason }: Pick<ApiNotice, 'kind' | 'reason'>): string {
  switch (kind) {
    case 'webhook.failing':
      return 'Look at its latest answers, and mend the receiver or correct the URL. What it is owed goes out by itself.';
    case 'webhook.disabled':
      return reason === 'gone'
        ? 'If the receiver has moved, correct the URL and enable the webhook again; if nobody wants it any more, delete it.'
        : 'Mend the receiver, then enable the webhook again: what it is owed goes out then.';
    case 'webhook.recovered':
      return 'Nothing, unless it has dead letters of that time: those can be sent again.';
    case 'notifications.failing':
      return 'Look at its latest tries, and mend the receiver or set another URL.';
    case 'notifications.disabled':
      return 'Set the notification URL again: that enables it.';
    case 'notifications.recovered':
      return 'Nothing.';
  }
}
