import { useQuery } from '@tanstack/react-query';
import { Link, useLocation } from '@tanstack/react-router';
import { BookOpen } from 'lucide-react';
import { statusQuery } from '../api/overview.ts';
import { mayUse } from '../api/access.ts';
import { sessionQuery } from '../api/session.ts';
import { BrandMark } from './brand-mark.tsx';
import { NAVIGATION } from './navigation.ts';
import type { NavigationItem } from './navigation.ts';
import { UserMenu } from './user-menu.tsx';

/** The pages that whoever is signed in may see, and who that is. */
export function Menubar({ onNavigate }: { onNavigate?: () => void }) {
  const { pathname } = useLocation();
  const session = useQuery(sessionQuery).data ?? null;
  return (
    <>
      <Link to="/" className="flex h-15 items-center gap-2.5 px-5 text-lg font-semibold tracking-tight">
        <BrandMark /> Hooklane
      </Link>
      <nav aria-label="Main" className="flex-1 overflow-y-auto px-3 py-1">
        <ul className="grid gap-0.5">
          {NAVIGATION.filter(({ needs }) => mayUse(session, needs)).map((item) => (
            <li key={item.to}>
              <MenuLink item={item} isCurrent={belongs(pathname, item)} onClick={onNavigate} />
            </li>
          ))}
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

interface MenuLinkProps {
  item: NavigationItem;
  isCurrent: boolean;
  onClick: (() => void) | undefined;
}

function MenuLink({ item: { to, label, icon: Icon }, isCurrent, onClick }: MenuLinkProps) {
  return (
    <Link
      to={to}
      onClick={onClick}
      aria-current={isCurrent ? 'page' : undefined}
      className="flex items-center gap-2.5 rounded-md px-2.5 py-1.5 font-medium text-ink-2 transition-colors hover:bg-hover hover:text-ink aria-[current=page]:bg-surface aria-[current=page]:text-ink aria-[current=page]:shadow-card dark:aria-[current=page]:bg-hover"
    >
      <Icon className="size-4 shrink-0" aria-hidden="true" />
      <span className="flex-1">{label}</span>
      {to === '/notices' && <OpenNotices />}
    </Link>
  );
}

/** How many notices nobody has acknowledged; nothing when there are none. */
export function OpenNotices() {
  const open = useQuery(statusQuery).data?.openNotices ?? 0;
  if (open === 0) return null;
  return (
    <span className="min-w-5 rounded-full bg-bad-soft px-1.5 text-center text-xs font-semibold text-bad tabular-nums">
      {open > 99 ? '99+' : open}
      <span className="sr-only"> open</span>
    </span>
  );
}

/** Whether the address is that of the entry, or below it. */
function belongs(pathname: string, { to, also }: NavigationItem): boolean {
  if (pathname === to) return true;
  return [...(to === '/' ? [] : [`${to}/`]), ...also].some((prefix) => pathname.startsWith(prefix));
}
