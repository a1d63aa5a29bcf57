/** The choice of one webhook out of those that a name finds: what a combobox shows and does. */
import type { ApiWebhook } from '@hooklane/client';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { webhookQuery, webhooksQuery } from '../../api/webhooks.ts';
import type { WebhooksFilter } from '../../api/webhooks.ts';
import { useSettledText } from '../../ui/settled-text.ts';

/** What the field shows, and what happens to it. */
export interface WebhookChoice {
  /** The id that is chosen; '' is none. */
  chosen: string;
  text: string;
  /** Something is typed that is neither empty nor chosen. */
  isUnknown: boolean;
  isOpen: boolean;
  options: readonly ApiWebhook[];
  /** Instead of options, or below them. */
  note: string | null;
  /** The option that Enter takes; -1: none. */
  active: number;
  /** Offers the webhooks of an account and scope. */
  open: (of: WebhooksFilter) => void;
  close: () => void;
  type: (text: string) => void;
  choose: (webhook: ApiWebhook) => void;
  move: (step: 1 | -1) => void;
}

/** Whoever has an id may type that. */
const ID = /^wh_\w+$/;

/** `value`: the id that is chosen at first. */
export function useWebhookChoice(value: string): WebhookChoice {
  const queryClient = useQueryClient();
  const [chosen, setChosen] = useState(value);
  const [typed, setTyped] = useState<string | null>(null);
  const [active, setActive] = useState(-1);
  const [of, setOf] = useState<WebhooksFilter | null>(null);
  const [search, setSearch] = useState('');
  const [, settle] = useSettledText(search, setSearch);
  const known = useQuery({ ...webhookQuery(chosen), enabled: chosen !== '' });
  const offered = useQuery({
    ...webhooksQuery({ ...of, search: search.trim() || undefined }),
    enabled: of !== null,
    placeholderData: keepPreviousData,
  });
  const options = of === null ? [] : (offered.data?.items ?? []);
  return {
    chosen,
    text: typed ?? (chosen === '' ? '' : (known.data?.name ?? chosen)),
    isUnknown: typed !== null && typed.trim() !== '' && chosen === '',
    isOpen: of !== null,
    options,
    note: noteOn(offered, options.length),
    active,
    open: (filter) => setOf((old) => old ?? filter),
    close: () => setOf(null),
    type: (text) => {
      const id = ID.test(text.trim()) ? text.trim() : '';
      setTyped(text);
      setChosen(id);
      setActive(0);
      settle(id === '' ? text : '');
    },
    choose: (webhook) => {
      setTyped(null);
      setChosen(webhook.id);
      queryClient.setQueryData(webhookQuery(webhook.id).queryKey, webhook);
      setActive(-1);
      setOf(null);
      settle('');
    },
    move: (step) => setActive((old) => moved(old, step, options.length)),
  };
}

function moved(active: number, step: 1 | -1, count: number): number {
  if (count === 0) return -1;
  if (active < 0) return step > 0 ? 0 : count - 1;
  return (active + step + count) % count;
}

function noteOn(
  { isPending, isError }: { isPending: boolean; isError: boolean },
  count: number,
): string | null {
  if (isPending) return 'Loading …';
  if (isError) return 'The webhooks cannot be listed: look at account and name.';
  return count === 0 ? 'No webhook here has this in its name.' : null;
}
