/** The look of drop-down menus, whatever opens them. */

/** The floating box. */
export const menuContent =
  'z-50 min-w-48 rounded-lg border border-line bg-surface p-1 shadow-pop animate-[rise-in_120ms_ease-out]';

/** One entry. */
export const menuItem =
  'flex cursor-pointer items-center gap-2.5 rounded-md px-2.5 py-1.5 text-ink outline-none select-none data-[highlighted]:bg-hover data-[disabled]:cursor-default data-[disabled]:text-ink-3';
