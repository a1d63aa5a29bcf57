import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Check, ChevronsUpDown, CircleUserRound, LogOut, Monitor, Moon, Sun } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { api } from '../api/client.ts';
import { accessWords } from '../api/access.ts';
import { sessionQuery, setSession } from '../api/session.ts';
import { menuContent, menuItem } from '../ui/menu-styles.ts';
import { toastError } from '../ui/toast.tsx';
import { chooseTheme, useThemeChoice } from './theme.ts';
import type { ThemeChoice } from './theme.ts';

const THEMES = [
  { choice: 'system', label: 'As the system', icon: Monitor },
  { choice: 'light', label: 'Light', icon: Sun },
  { choice: 'dark', label: 'Dark', icon: Moon },
] as const;

/** Who is signed in, the theme, and the way out. */
export function UserMenu() {
  const session = useQuery(sessionQuery).data;
  const theme = useThemeChoice();
  const signOut = useSignOut();
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="flex w-full items-center gap-2.5 rounded-md px-2.5 py-1.5 text-left text-ink-2 hover:bg-hover hover:text-ink">
        <CircleUserRound className="size-4 shrink-0" aria-hidden="true" />
        <span className="grid min-w-0 flex-1">
          <span className="truncate">{session?.name ?? 'Signed in'}</span>
          {session && <span className="truncate text-xs text-ink-3">{accessWords(session)}</span>}
        </span>
        <ChevronsUpDown className="size-3.5 text-ink-3" aria-hidden="true" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content side="top" align="start" sideOffset={6} className={menuContent}>
          <DropdownMenu.Label className="px-2.5 pt-1.5 pb-1 text-xs text-ink-3">Theme</DropdownMenu.Label>
          <DropdownMenu.RadioGroup value={theme} onValueChange={(value) => chooseTheme(value as ThemeChoice)}>
            {THEMES.map(({ choice, label, icon: Icon }) => (
              <DropdownMenu.RadioItem key={choice} value={choice} className={menuItem}>
                <Icon className="size-4" aria-hidden="true" />
                <span className="flex-1">{label}</span>
                <DropdownMenu.ItemIndicator>
                  <Check className="size-4" aria-hidden="true" />
                </DropdownMenu.ItemIndicator>
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
          <DropdownMenu.Separator className="my-1 border-t border-line" />
          <DropdownMenu.Item className={menuItem} onSelect={() => signOut.mutate()}>
            <LogOut className="size-4" aria-hidden="true" /> Sign out
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function useSignOut() {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => api.deleteSession(),
    onError: toastError,
    onSuccess: async () => {
      setSession(queryClient, null);
      await navigate({ to: '/sign-in' });
    },
  });
}
