/** The pages of the menu, in its order. */
import type { RouteId } from '@hooklane/client';
import { Activity, Bell, KeyRound, LayoutGrid, MailX, ScrollText, Send } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';

/** One entry of the menu. */
export interface NavigationItem {
  to: '/' | '/deliveries' | '/dead-letters' | '/notices' | '/scopes' | '/tokens' | '/audit';
  label: string;
  icon: LucideIcon;
  /** Other addresses that belong to it. */
  also: readonly string[];
  /** What the page asks for; it is shown to who may. */
  needs: RouteId;
}

/** Shown in the sidebar, and in the drawer on a phone. */
export const NAVIGATION: readonly NavigationItem[] = [
  { to: '/', label: 'Overview', icon: Activity, also: [], needs: 'getOverview' },
  { to: '/deliveries', label: 'Deliveries', icon: Send, also: ['/events/'], needs: 'listDeliveries' },
  { to: '/dead-letters', label: 'Dead letters', icon: MailX, also: [], needs: 'listDeadLetters' },
  { to: '/notices', label: 'Notices', icon: Bell, also: [], needs: 'listNotices' },
  {
    to: '/scopes',
    label: 'Apps & environments',
    icon: LayoutGrid,
    also: ['/accounts/', '/webhooks/'],
    needs: 'listScopes',
  },
  { to: '/tokens', label: 'Tokens', icon: KeyRound, also: [], needs: 'listTokens' },
  { to: '/audit', label: 'Audit log', icon: ScrollText, also: [], needs: 'listAudit' },
];
