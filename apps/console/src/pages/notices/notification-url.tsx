import type { ApiNotifications } from '@hooklane/client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { BellOff, CircleCheck, CircleDashed, OctagonX, Pencil, SendHorizontal } from 'lucide-react';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { describeError } from '../../api/describe-error.ts';
import { accountsQuery, notificationsQuery } from '../../api/notices.ts';
import { useBoundAccounts, useMay } from '../../api/permissions.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/card.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { OUTCOME_LABELS } from '../../ui/status-badge.tsx';
import { duration } from '../../ui/time-text.ts';
import { Time } from '../../ui/time.tsx';
import { toastDone, toastError } from '../../ui/toast.tsx';
import { NotificationDialog } from './notification-dialog.tsx';

/** Where the notices of an account are sent, and whether they arrive. Without a chosen account: of the only one there is. */
export function NotificationUrl({ account }: { account: string | undefined }) {
  const known = useQuery(accountsQuery).data ?? [];
  const bound = useBoundAccounts();
  const all = bound ?? known;
  const shown = account ?? (all.length === 1 ? all[0] : undefined);
  if (shown === undefined) {
    return (
      <Section
        title="Notification URL"
        subtitle="An account may have its notices sent to a URL. Choose an account below to see or set its own."
        className="mb-5"
      >
        {null}
      </Section>
    );
  }
  return <OfAccount key={shown} account={shown} />;
}

function OfAccount({ account }: { account: string }) {
  const query = useQuery(notificationsQuery(account));
  const [editing, setEditing] = useState(false);
  const target = query.data ?? null;
  return (
    <Section
      title={`Notification URL of ${account}`}
      subtitle="Each notice of a webhook is sent there, signed, and tried again like any delivery."
      actions={
        query.isSuccess && <Actions account={account} target={target} onEdit={() => setEditing(true)} />
      }
      className="mb-5"
    >
      {query.isPending && <Skeleton className="m-4 h-6" />}
      {query.isError && (
        <p role="alert" className="px-4 py-3 text-bad">
          {describeError(query.error).detail}
        </p>
      )}
      {query.isSuccess && (target === null ? <NoUrl /> : <Target target={target} />)}
      {editing && <NotificationDialog account={account} target={target} onClose={() => setEditing(false)} />}
    </Section>
  );
}

interface ActionsProps {
  account: string;
  target: ApiNotifications | null;
  onEdit: () => void;
}

function Actions({ account, target, onEdit }: ActionsProps) {
  const test = useSendTest(account);
  if (!useMay('setNotifications')) return null;
  return (
    <>
      {target?.enabled === true && (
        <Button icon={SendHorizontal} pending={test.isPending} onClick={() => test.mutate()}>
          Send a test
        </Button>
      )}
      <Button icon={Pencil} onClick={onEdit}>
        {target === null ? 'Set a URL' : 'Change'}
      </Button>
    </>
  );
}

function NoUrl() {
  return (
    <p className="flex items-center gap-2 px-4 py-3 text-ink-2">
      <BellOff className="size-4 shrink-0 text-ink-3" aria-hidden="true" />
      Nowhere: whoever wants to know looks here.
    </p>
  );
}

function Target({ target }: { target: ApiNotifications }) {
  const { url, hasSecret, disabled } = target;
  return (
    <div className="grid gap-1.5 px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5">
        <span className="min-w-0 font-mono text-sm wrap-anywhere">{url}</span>
        <LastArrival target={target} />
      </div>
      {disabled !== null && (
        <p className="text-bad">
          Disabled <Time at={disabled.at} as="relative" />. {disabled.message} Set the URL again to enable it.
        </p>
      )}
      {!hasSecret && (
        <p className="text-sm text-ink-3">
          No Secret: its requests are not signed, so anybody could send them.
        </p>
      )}
    </div>
  );
}

/** Whether the last one arrived. */
function LastArrival({ target: { recent, waiting, enabled } }: { target: ApiNotifications }) {
  const [last] = recent;
  const owed = waiting === 0 ? '' : ` · ${waiting} waiting`;
  if (!enabled) {
    return (
      <Badge tone="bad" icon={OctagonX}>
        Disabled{owed}
      </Badge>
    );
  }
  if (last === undefined) {
    return (
      <Badge tone="neutral" icon={CircleDashed}>
        Nothing was sent yet{owed}
      </Badge>
    );
  }
  const isOk = last.outcome === 'ok';
  return (
    <span className="flex flex-wrap items-center gap-2 text-sm text-ink-2">
      <Badge tone={isOk ? 'ok' : 'bad'} icon={isOk ? CircleCheck : OctagonX}>
        {isOk ? 'The last one arrived' : 'The last try failed'}
        {owed}
      </Badge>
      <span>
        {last.statusCode ?? OUTCOME_LABELS[last.outcome]} after {duration(last.durationMs)},{' '}
        <Time at={last.at} as="relative" />
      </span>
    </span>
  );
}

function useSendTest(account: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => api.testNotifications({ params: { account } }),
    onError: toastError,
    onSuccess: async () => {
      toastDone('A test is on its way');
      await queryClient.invalidateQueries({ queryKey: notificationsQuery(account).queryKey });
    },
  });
}
