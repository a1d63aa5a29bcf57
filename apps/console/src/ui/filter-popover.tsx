import { ListFilter } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';

/** A form of filters behind a button. */
export interface FilterPopoverProps {
  /** What was chosen, all at once. */
  onApply: (form: FormData) => void;
  /** The fields. */
  children: ReactNode;
}

/** Nothing holds before Apply is pressed. */
export function FilterPopover({ onApply, children }: FilterPopoverProps) {
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
              onApply(new FormData(event.currentTarget));
              setOpen(false);
            }}
          >
            {children}
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
