/** The pages of the menu, in its order. */
import { LayoutGrid, Send } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';

/** One entry of the menu. */
export interface NavigationItem {
  to: '/deliveries' | '/scopes';
  label: string;
  icon: LucideIcon;
  /** Other addresses that belong to it. */
  also: readonly string[];
}

/** Shown in the sidebar, and in the drawer on a phone. */
export const NAVIGATION: readonly NavigationItem[] = [
  { to: '/deliveries', label: 'Deliveries', icon: Send, also: ['/events/'] },
  {
    to: '/scopes',
    label: 'Apps & environments',
    icon: LayoutGrid,
    also: ['/accounts/', '/webhooks/'],
  },
];
