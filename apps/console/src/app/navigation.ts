/** The pages of the menu, in its order. */
import { Activity, LayoutGrid, MailX, Send } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';

/** One entry of the menu. */
export interface NavigationItem {
  to: '/' | '/deliveries' | '/dead-letters' | '/scopes';
  label: string;
  icon: LucideIcon;
  /** Other addresses that belong to it. */
  also: readonly string[];
}

/** Shown in the sidebar, and in the drawer on a phone. */
export const NAVIGATION: readonly NavigationItem[] = [
  { to: '/', label: 'Overview', icon: Activity, also: [] },
  { to: '/deliveries', label: 'Deliveries', icon: Send, also: ['/events/'] },
  { to: '/dead-letters', label: 'Dead letters', icon: MailX, also: [] },
  {
    to: '/scopes',
    label: 'Apps & environments',
    icon: LayoutGrid,
    also: ['/accounts/', '/webhooks/'],
  },
];
