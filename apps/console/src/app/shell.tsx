import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { BookOpen, Menu } from 'lucide-react';
import { Dialog, VisuallyHidden } from 'radix-ui';
import { useState } from 'react';
import { BrandMark } from './brand-mark.tsx';
import { NAVIGATION } from './navigation.ts';
import { UserMenu } from './user-menu.tsx';

/** The frame around every page: the menu on the left, on a phone behind a button. */
export function Shell() {
  return (
    <div className="min-h-dvh lg:pl-56">
      <a
        href="#content"
        className="sr-only rounded-md bg-primary px-3 py-2 text-primary-ink focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50"
      >
        Skip to the content
      </a>
      <aside className="fixed inset-y-0 left-0 hidden w-56 flex-col border-r border-line bg-sunken lg:flex">
        <Menubar />
      </aside>
      <PhoneBar />
      <main
        id="content"
        tabIndex={-1}
        className="mx-auto w-full max-w-[1440px] px-4 py-5 outline-none sm:px-6 lg:px-8 lg:py-7"
      >
        <Outlet />
      </main>
    </div>
  );
}

function PhoneBar() {
  const [open, setOpen] = useState(false);
  return (
    <header className="sticky top-0 z-30 flex h-13 items-center gap-2 border-b border-line bg-sunken/90 px-3 backdrop-blur lg:hidden">
      <Dialog.Root open={open} onOpenChange={setOpen}>
        <Dialog.Trigger
          className="grid size-9 place-items-center rounded-md text-ink-2 hover:bg-hover"
          aria-label="Open the menu"
        >
          <Menu className="size-5" />
        </Dialog.Trigger>
        <Dialog.Portal>
          <Dialog.Overlay className="fixed inset-0 z-40 bg-ink/30 dark:bg-sunken/70" />
          <Dialog.Content
            aria-describedby={undefined}
            className="fixed inset-y-0 left-0 z-50 flex w-68 max-w-[85vw] flex-col border-r border-line bg-sunken shadow-pop"
          >
            <VisuallyHidden.Root>
              <Dialog.Title>Menu</Dialog.Title>
            </VisuallyHidden.Root>
            <Menubar onNavigate={() => setOpen(false)} />
          </Dialog.Content>
        </Dialog.Portal>
      </Dialog.Root>
      <Link to="/" className="flex items-center gap-2 font-semibold tracking-tight">
        <BrandMark className="size-6" /> Hooklane
      </Link>
    </header>
  );
}

function Menubar({ onNavigate }: { onNavigate?: () => void }) {
  const { pathname } = useLocation();
  return (
    <>
      <Link to="/" className="flex h-15 items-center gap-2.5 px-5 text-lg font-semibold tracking-tight">
        <BrandMark /> Hooklane
      </Link>
      <nav aria-label="Main" className="flex-1 overflow-y-auto px-3 py-1">
        <ul className="grid gap-0.5">
          {NAVIGATION.map(({ to, label, icon: Icon, also }) => {
            const current =
              pathname === to ||
              [`${to}/`, ...also].some((prefix) => prefix !== '//' && pathname.startsWith(prefix));
            return (
              <li key={to}>
                <Link
                  to={to}
                  onClick={onNavigate}
                  aria-current={current ? 'page' : undefined}
                  className="flex items-center gap-2.5 rounded-md px-2.5 py-1.5 font-medium text-ink-2 transition-colors hover:bg-hover hover:text-ink aria-[current=page]:bg-surface aria-[current=page]:text-ink aria-[current=page]:shadow-card dark:aria-[current=page]:bg-hover"
                >
                  <Icon className="size-4 shrink-0" aria-hidden="true" />
                  {label}
                </Link>
              </li>
            );
          })}
        </ul>
      </nav>
      <div className="grid gap-0.5 border-t border-line p-3">
        <a
          href="/docs"
          className="flex items-center gap-2.5 rounded-md px-2.5 py-1.5 text-ink-2 hover:bg-hover hover:text-ink"
        >
          <BookOpen className="size-4" aria-hidden="true" /> API reference
        </a>
        <UserMenu />
      </div>
    </>
  );
}
