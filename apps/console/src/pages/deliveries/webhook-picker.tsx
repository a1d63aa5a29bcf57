import { clsx } from 'clsx';
import { useEffect, useId, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import type { WebhooksFilter } from '../../api/webhooks.ts';
import { Input } from '../../ui/controls.tsx';
import { Field } from '../../ui/field.tsx';
import { formText } from '../../ui/form-text.ts';
import { useWebhookChoice } from './use-webhook-choice.ts';
import type { WebhookChoice } from './use-webhook-choice.ts';

/** A field of a form: one webhook, found by its name. */
export interface WebhookPickerProps {
  label: string;
  /** Of the field that holds the id. */
  name: string;
  /** The id of the one that is chosen. */
  value: string | undefined;
}

const UNKNOWN = 'Choose one of the list, or leave it empty.';

/** Offers the webhooks of the account and scope that the same form has (WAI-ARIA: combobox with a list). */
export function WebhookPicker({ label, name, value = '' }: WebhookPickerProps) {
  const listId = useId();
  const choice = useWebhookChoice(value);
  const { chosen, text, isUnknown, isOpen, options, active } = choice;
  const [isRefused, setRefused] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.setCustomValidity(isUnknown ? UNKNOWN : ''), [isUnknown]);
  return (
    <div className="relative">
      <Field label={label} error={isRefused && isUnknown ? UNKNOWN : undefined}>
        {(control) => (
          <Input
            {...control}
            ref={input}
            role="combobox"
            aria-expanded={isOpen}
            aria-controls={isOpen ? listId : undefined}
            aria-autocomplete="list"
            aria-activedescendant={options[active] === undefined ? undefined : `${listId}-${active}`}
            placeholder="Any: type a name"
            maxLength={64}
            value={text}
            onChange={({ currentTarget }) => {
              setRefused(false);
              choice.open(subjectOf(currentTarget));
              choice.type(currentTarget.value);
            }}
            onFocus={({ currentTarget }) => currentTarget.select()}
            onClick={({ currentTarget }) => choice.open(subjectOf(currentTarget))}
            onBlur={choice.close}
            onKeyDown={(event) => onKey(event, choice)}
            onInvalid={(event) => {
              event.preventDefault();
              event.currentTarget.focus();
              setRefused(true);
            }}
          />
        )}
      </Field>
      <input type="hidden" name={name} value={chosen} />
      {isOpen && <Offer listId={listId} choice={choice} />}
    </div>
  );
}

function onKey(event: KeyboardEvent<HTMLInputElement>, choice: WebhookChoice): void {
  const { isOpen, options, active } = choice;
  const option = options[active];
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    event.preventDefault();
    choice.open(subjectOf(event.currentTarget));
    choice.move(event.key === 'ArrowDown' ? 1 : -1);
  } else if (event.key === 'Enter' && option !== undefined) {
    event.preventDefault();
    choice.choose(option);
  } else if (event.key === 'Escape' && isOpen) {
    // The window around it stays.
    event.stopPropagation();
    choice.close();
  }
}

function Offer({ listId, choice }: { listId: string; choice: WebhookChoice }) {
  const { options, active, note, choose } = choice;
  // It lies above the rest: if that moved when it closes, a click would miss what it meant.
  return (
    <div className="absolute inset-x-0 top-full z-50 mt-1 max-h-48 overflow-y-auto rounded-md border border-line bg-surface p-1 text-sm shadow-pop">
      <div role="listbox" id={listId} aria-label="Webhooks">
        {options.map((webhook, index) => (
          <button
            key={webhook.id}
            type="button"
            id={`${listId}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            className={clsx(
              'block w-full truncate rounded-sm px-2 py-1 text-left max-lg:py-2',
              index === active ? 'bg-accent-soft' : 'hover:bg-hover',
            )}
            // The field keeps the focus.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => choose(webhook)}
          >
            <span className="font-medium">{webhook.name}</span>{' '}
            <span className="text-ink-2">
              {webhook.account} / {webhook.scope.name}
            </span>
          </button>
        ))}
      </div>
      {note !== null && (
        <p role="status" className="px-2 py-1 text-ink-2">
          {note}
        </p>
      )}
    </div>
  );
}

/** What the form around says of account and scope at this moment. */
function subjectOf({ form }: HTMLInputElement): WebhooksFilter {
  if (form === null) return {};
  const data = new FormData(form);
  const text = (name: string): string | undefined => formText(data, name).trim() || undefined;
  const scope = text('scope');
  const isEnvironment = formText(data, 'kind') === 'environment';
  return {
    account: text('account'),
    application: isEnvironment ? undefined : scope,
    environment: isEnvironment ? scope : undefined,
  };
}
