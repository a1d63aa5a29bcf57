import { X } from 'lucide-react';

/** A filter that holds. */
export interface FilterChip {
  name: string;
  label: string;
  value: string;
}

/** The filters that hold, each with a cross. */
export interface FilterChipListProps {
  chips: readonly FilterChip[];
  onRemove: (names: readonly string[]) => void;
}

/** Nothing when none holds. */
export function FilterChipList({ chips, onRemove }: FilterChipListProps) {
  if (chips.length === 0) return null;
  return (
    <ul aria-label="Filters that hold" className="mb-3 flex flex-wrap gap-1.5">
      {chips.map(({ name, label, value }) => (
        <li
          key={name}
          className="flex h-7 max-w-full items-center rounded-full border border-line bg-surface pl-3 text-sm max-lg:h-9"
        >
          <span className="truncate">
            <span className="text-ink-3">{label}: </span>
            {value}
          </span>
          <button
            type="button"
            aria-label={`Remove the filter ${label}`}
            className="grid h-full w-8 shrink-0 place-items-center rounded-full text-ink-3 hover:text-ink"
            onClick={() => onRemove([name])}
          >
            <X className="size-3.5" aria-hidden="true" />
          </button>
        </li>
      ))}
      {chips.length > 1 && (
        <li>
          <button
            type="button"
            className="h-7 px-2 text-sm text-ink-2 underline underline-offset-3 hover:text-ink max-lg:h-9"
            onClick={() => onRemove(chips.map(({ name }) => name))}
          >
            Remove all
          </button>
        </li>
      )}
    </ul>
  );
}
