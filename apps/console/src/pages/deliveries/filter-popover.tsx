import { EVENT_TYPES } from '@hooklane/core';
import type { DeadReason } from '@hooklane/core';
import { Input, Select } from '../../ui/controls.tsx';
import { eventLabel } from '../../ui/event-label.ts';
import { Field } from '../../ui/field.tsx';
import { FilterPopover } from '../../ui/filter-popover.tsx';
import { formText } from '../../ui/form-text.ts';
import { localInputText, utcOfLocalInput } from '../../ui/local-input-time.ts';
import { DEAD_REASON_LABELS } from '../../ui/status-badge.tsx';
import type { DeliveriesSearch } from './deliveries-search.ts';
import { StatusCodeField } from './status-code-field.tsx';
import { WebhookPicker } from './webhook-picker.tsx';

/** What is typed here goes into the address all at once. */
export interface DeliveryFilterPopoverProps {
  filter: DeliveriesSearch;
  /** The reasons that what is listed can have. */
  reasons: readonly DeadReason[];
  onApply: (filter: Record<string, string | undefined>) => void;
}

/** Every filter of the API but the status. */
export function DeliveryFilterPopover({ filter, reasons, onApply }: DeliveryFilterPopoverProps) {
  return (
    <FilterPopover onApply={(form) => onApply(readForm(form))}>
      <SubjectFields filter={filter} />
      <AnswerFields filter={filter} reasons={reasons} />
      <TimeFields filter={filter} />
    </FilterPopover>
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

function AnswerFields({ filter, reasons }: Omit<DeliveryFilterPopoverProps, 'onApply'>) {
  return (
    <>
      <WebhookPicker label="Webhook" name="webhook" value={filter.webhook} />
      <Field label="Reason of a dead one">
        {(control) => (
          <Select {...control} name="reason" defaultValue={filter.reason ?? ''}>
            <option value="">Any</option>
            {reasons.map((reason) => (
              <option key={reason} value={reason}>
                {DEAD_REASON_LABELS[reason]}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <StatusCodeField value={filter.statusCode} />
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
