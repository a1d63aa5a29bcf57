import { EVENT_TYPES } from '@hooklane/core';
import { ListFilter } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Input, Select } from '../../ui/controls.tsx';
import { eventLabel } from '../../ui/event-label.ts';
import { Field } from '../../ui/field.tsx';
import { formText } from '../../ui/form-text.ts';
import { localInputText, utcOfLocalInput } from '../../ui/local-input-time.ts';
import { DEAD_REASON_LABELS } from '../../ui/status-badge.tsx';
import type { DeliveriesSearch } from './deliveries-search.ts';

/** What is typed here goes into the address all at once. */
export interface FilterPopoverProps {
  filter: DeliveriesSearch;
  onApply: (filter: Record<string, string | undefined>) => void;
}

/** Every filter of the API but the status. */
export function FilterPopover({ filter, onApply }: FilterPopoverProps) {
  const [open, setOpen] = useState(false);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <Button icon={ListFilter}>Filter</Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={6}
          collisionPadding={12}
          aria-label="Filters"
          className="z-40 max-h-(--radix-popover-content-available-height) w-[min(30rem,calc(100vw-1.5rem))] animate-[rise-in_120ms_ease-out] overflow-y-auto rounded-lg border border-line bg-surface p-4 shadow-pop"
        >
          <form
            className="grid gap-3 sm:grid-cols-2"
            onSubmit={(event) => {
              event.preventDefault();
              onApply(readForm(new FormData(event.currentTarget)));
              setOpen(false);
            }}
          >
            <SubjectFields filter={filter} />
            <AnswerFields filter={filter} />
            <TimeFields filter={filter} />
            <div className="flex justify-end gap-2 sm:col-span-2">
              <Button onClick={() => setOpen(false)}>Cancel</Button>
              <Button type="submit" look="primary">
                Apply
              </Button>
            </div>
          </form>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function SubjectFields({ filter }: { filter: DeliveriesSearch }) {
  const kind = filter.environment === undefined ? 'application' : 'environment';
  return (
    <>
      <Field label="Event">
        {(control) => (
          <Select {...control} name="event" defaultValue={filter.event ?? ''}>
            <option value="">Any</option>
            {EVENT_TYPES.map((type) => (
              <option key={type} value={type}>
                {eventLabel(type)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Account">
        {(control) => <Input {...control} name="account" defaultValue={filter.account} maxLength={64} />}
      </Field>
      <Field label="Kind">
        {(control) => (
          <Select {...control} name="kind" defaultValue={kind}>
            <option value="application">Application</option>
            <option value="environment">Environment</option>
          </Select>
        )}
      </Field>
      <Field label="Its name">
        {(control) => (
          <Input
            {...control}
            name="scope"
            defaultValue={filter.application ?? filter.environment}
            maxLength={256}
          />
        )}
      </Field>
    </>
  );
}

function AnswerFields({ filter }: { filter: DeliveriesSearch }) {
  return (
    <>
      <Field label="Webhook id">
        {(control) => (
          <Input
            {...control}
            name="webhook"
            defaultValue={filter.webhook}
            placeholder="wh_…"
            maxLength={64}
          />
        )}
      </Field>
      <Field label="Reason of a dead one">
        {(control) => (
          <Select {...control} name="reason" defaultValue={filter.reason ?? ''}>
            <option value="">Any</option>
            {Object.entries(DEAD_REASON_LABELS).map(([reason, label]) => (
              <option key={reason} value={reason}>
                {label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Status code" hint="0: no answer came.">
        {(control) => (
          <Input
            {...control}
            name="statusCode"
            type="number"
            min={0}
            max={599}
            defaultValue={filter.statusCode}
            placeholder="500"
          />
        )}
      </Field>
    </>
  );
}

function TimeFields({ filter }: { filter: DeliveriesSearch }) {
  return (
    <>
      <Field label="Created since">
        {(control) => (
          <Input
            {...control}
            name="since"
            type="datetime-local"
            step={1}
            defaultValue={localInputText(filter.since)}
          />
        )}
      </Field>
      <Field label="Created until">
        {(control) => (
          <Input
            {...control}
            name="until"
            type="datetime-local"
            step={1}
            defaultValue={localInputText(filter.until)}
          />
        )}
      </Field>
    </>
  );
}

function readForm(form: FormData): Record<string, string | undefined> {
  const value = (name: string): string | undefined => formText(form, name).trim() || undefined;
  const scope = value('scope');
  const isApplication = formText(form, 'kind') === 'application';
  return {
    event: value('event'),
    account: value('account'),
    application: isApplication ? scope : undefined,
    environment: isApplication ? undefined : scope,
    webhook: value('webhook'),
    statusCode: value('statusCode'),
    reason: value('reason'),
    since: utcOfLocalInput(value('since')),
    until: utcOfLocalInput(value('until')),
  };
}
