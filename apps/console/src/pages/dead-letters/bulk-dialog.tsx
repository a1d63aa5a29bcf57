import type { ApiDeliveryFilter } from '@hooklane/client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { beginBulk, countMatches, redrivesQuery } from '../../api/dead-letters.ts';
import type { BulkKind } from '../../api/dead-letters.ts';
import { describeError } from '../../api/describe-error.ts';
import { Button } from '../../ui/button.tsx';
import { TextArea } from '../../ui/controls.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { count, countOf } from '../../ui/number-text.ts';
import { filterWords } from './filter-words.ts';

/** What somebody wants to do. */
export interface BulkRequest {
  kind: BulkKind;
  filter: ApiDeliveryFilter;
  /** What it is about, when it is one group. */
  title?: string;
}

const WORDS = {
  redrive: {
    title: 'Redrive dead letters',
    what: 'Each is sent again with its whole schedule, under the same webhook-id.',
    action: 'Redrive',
  },
  discard: {
    title: 'Discard dead letters',
    what: 'Each is closed for good and will not be sent. Its history stays for as long as its event is kept.',
    action: 'Discard',
  },
};

/** Counts first, then asks, then begins it. Shown while there is a request. */
export function BulkDialog({ request, onClose }: { request: BulkRequest | null; onClose: () => void }) {
  const title = request === null ? '' : WORDS[request.kind].title;
  return (
    <Dialog
      open={request !== null}
      onOpenChange={(open) => !open && onClose()}
      title={title}
      {...(request === null ? {} : { description: WORDS[request.kind].what })}
    >
      {request !== null && <Question request={request} onClose={onClose} />}
    </Dialog>
  );
}

function Question({ request, onClose }: { request: BulkRequest; onClose: () => void }) {
  const { kind, filter, title } = request;
  const queryClient = useQueryClient();
  const [reason, setReason] = useState('');
  const counting = useQuery({
    queryKey: ['dead-letters', 'count', kind, filter],
    queryFn: () => countMatches(kind, filter),
    staleTime: 0,
    gcTime: 0,
  });
  const beginning = useMutation({
    mutationFn: () => beginBulk(kind, filter, reason.trim()),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: redrivesQuery.queryKey });
      onClose();
    },
  });
  const error = counting.error ?? beginning.error;
  return (
    <div className="grid gap-4">
      <p aria-live="polite">
        <strong className="font-semibold">
          {counting.data === undefined
            ? 'Counting …'
            : atLeast(counting.data, 'dead letter matches', 'dead letters match')}
        </strong>
        <span className="text-ink-2"> {title ?? filterWords(filter)}</span>
      </p>
      {kind === 'discard' && (
        <Field label="Reason" hint="Needed. Kept with the action, for whoever asks later.">
          {(control) => (
            <TextArea
              {...control}
              maxLength={500}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
      )}
      {error !== null && (
        <p role="alert" className="text-bad">
          {describeError(error).detail}
        </p>
      )}
      <Answers
        kind={kind}
        matched={counting.data ?? null}
        hasReason={kind === 'redrive' || reason.trim() !== ''}
        pending={beginning.isPending}
        onCancel={onClose}
        onBegin={() => beginning.mutate()}
      />
    </div>
  );
}

/** The server counts no further than this. */
const MOST_COUNTED = 100_000;

function atLeast(matched: number, one: string, many: string): string {
  return matched < MOST_COUNTED ? countOf(matched, one, many) : `${count(matched)} or more ${many}`;
}

interface AnswersProps {
  kind: BulkKind;
  /** null: not counted yet. */
  matched: number | null;
  /** A discard needs one. */
  hasReason: boolean;
  pending: boolean;
  onCancel: () => void;
  onBegin: () => void;
}

function Answers({ kind, matched, hasReason, pending, onCancel, onBegin }: AnswersProps) {
  const { action } = WORDS[kind];
  return (
    <div className="flex justify-end gap-2">
      <Button onClick={onCancel}>Cancel</Button>
      <Button
        look={kind === 'discard' ? 'danger' : 'primary'}
        disabled={matched === null || matched === 0 || !hasReason}
        pending={pending}
        onClick={onBegin}
      >
        {matched === null ? action : `${action} ${atLeast(matched, 'letter', 'letters')}`}
      </Button>
    </div>
  );
}
