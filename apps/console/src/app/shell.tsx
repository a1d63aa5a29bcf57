import { Link, Outlet } from '@tanstack/react-router';
import { Bell, KeyRound, Menu } from 'lucide-react';
import { Dialog, VisuallyHidden } from 'radix-ui';
import { useState } from 'react';
import { useMay } from '../api/permissions.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { BrandMark } from './brand-mark.tsx';
import { Menubar, OpenNotices } from './menubar.tsx';

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
        {useMay('listDeliveries') ? <Outlet /> : <NothingToSee />}
      </main>
    </div>
  );
}

function PhoneBar() {
  const [open, setOpen] = useState(false);
  const mayRead = useMay('listNotices');
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
      {mayRead && (
        <Link
          to="/notices"
          className="ml-auto flex h-9 min-w-9 items-center justify-center gap-1 rounded-md px-1.5 text-ink-2 hover:bg-hover"
        >
          <Bell className="size-5" aria-hidden="true" />
          <span className="sr-only">Notices</span>
          <OpenNotices />
        </Link>
      )}
    </header>
  );
}

function NothingToSee() {
  return (
    <EmptyState icon={KeyRound} title="This token may give events, not see them">
      Sign out, and sign in with a token that has the role read, manage or admin.
    </EmptyState>
  );
}
