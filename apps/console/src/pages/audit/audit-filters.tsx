import { getRouteApi } from '@tanstack/react-router';
import { Input, Select } from '../../ui/controls.tsx';
import { Field } from '../../ui/field.tsx';
import { FilterChipList } from '../../ui/filter-chip-list.tsx';
import { FilterPopover } from '../../ui/filter-popover.tsx';
import { formText } from '../../ui/form-text.ts';
import { localInputText, utcOfLocalInput } from '../../ui/local-input-time.ts';
import { shortTime } from '../../ui/time-text.ts';
import type { AuditSearch } from './audit-search.ts';
import { AUDIT_ACTIONS, actionLabel } from './audit-words.ts';

const route = getRouteApi('/signed-in/audit');

const LABELS: Record<keyof AuditSearch, string> = {
  actor: 'Who',
  action: 'What',
  account: 'Account',
  target: 'Target',
  since: 'Since',
  until: 'Until',
};

/** The filters above the log; each change is a new address. */
export function AuditFilters({ filter }: { filter: AuditSearch }) {
  const navigate = route.useNavigate();
  const change = (changes: Record<string, string | undefined>): void => {
    void navigate({ search: (old) => ({ ...old, ...(changes as Partial<AuditSearch>) }) });
  };
  const names = (Object.keys(LABELS) as (keyof AuditSearch)[]).filter((name) => filter[name] !== undefined);
  return (
    <>
      <div className="mb-3">
        <FilterPopover onApply={(form) => change(readForm(form))}>
          <Fields filter={filter} />
        </FilterPopover>
      </div>
      <FilterChipList
        chips={names.map((name) => ({ name, label: LABELS[name], value: shown(name, filter[name] ?? '') }))}
        onRemove={(removed) => change(Object.fromEntries(removed.map((name) => [name, undefined])))}
      />
    </>
  );
}

function Fields({ filter }: { filter: AuditSearch }) {
  return (
    <>
      <Field label="Who" hint="The name or id of a token.">
        {(control) => <Input {...control} name="actor" defaultValue={filter.actor} maxLength={300} />}
      </Field>
      <Field label="What">
        {(control) => (
          <Select {...control} name="action" defaultValue={filter.action ?? ''}>
            <option value="">Anything</option>
            {AUDIT_ACTIONS.map(({ action, label }) => (
              <option key={action} value={action}>
                {label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Account">
        {(control) => <Input {...control} name="account" defaultValue={filter.account} maxLength={64} />}
      </Field>
      <Field label="Target" hint="An id, or application/<name>.">
        {(control) => <Input {...control} name="target" defaultValue={filter.target} maxLength={300} />}
      </Field>
      {(['since', 'until'] as const).map((name) => (
        <Field key={name} label={LABELS[name]}>
          {(control) => (
            <Input
              {...control}
              name={name}
              type="datetime-local"
              step={1}
              defaultValue={localInputText(filter[name])}
            />
          )}
        </Field>
      ))}
    </>
  );
}

function readForm(form: FormData): Record<string, string | undefined> {
  const value = (name: string): string | undefined => formText(form, name).trim() || undefined;
  return {
    actor: value('actor'),
    action: value('action'),
    account: value('account'),
    target: value('target'),
    since: utcOfLocalInput(value('since')),
    until: utcOfLocalInput(value('until')),
  };
}

function shown(name: keyof AuditSearch, value: string): string {
  if (name === 'action') return actionLabel(value);
  return name === 'since' || name === 'until' ? shortTime(new Date(value), new Date()) : value;
}
