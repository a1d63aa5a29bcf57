import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { ApiError } from '@hooklane/client';
import { useEffect } from 'react';
import { api } from '../../api/client.ts';
import { describeError, fieldErrors } from '../../api/describe-error.ts';
import { setSession } from '../../api/session.ts';
import { BrandMark } from '../../app/brand-mark.tsx';
import { Button } from '../../ui/button.tsx';
import { Input } from '../../ui/controls.tsx';
import { Field } from '../../ui/field.tsx';

const route = getRouteApi('/sign-in');

/** An API token becomes a session. */
export function SignInPage() {
  const { to } = route.useSearch();
  const signIn = useSignIn(to);
  useEffect(() => {
    document.title = 'Sign in · Hooklane';
  }, []);
  return (
    <main className="grid min-h-dvh place-items-center px-4 py-10">
      <div className="w-full max-w-sm">
        <div className="mb-6 flex items-center gap-3">
          <BrandMark className="size-9" />
          <h1 className="text-xl font-semibold tracking-tight">Sign in to Hooklane</h1>
        </div>
        <form
          className="grid gap-4 rounded-lg border border-line bg-surface p-5 shadow-card"
          onSubmit={(event) => {
            event.preventDefault();
            const token = new FormData(event.currentTarget).get('token');
            signIn.mutate(typeof token === 'string' ? token.trim() : '');
          }}
        >
          <Field
            label="API token"
            hint="`pnpm start` prints it. It is exchanged for a session of 12 hours and not kept in this browser."
            error={signIn.error === null ? undefined : whyNot(signIn.error)}
          >
            {(control) => (
              <Input
                {...control}
                name="token"
                type="password"
                autoComplete="current-password"
                required
                autoFocus
              />
            )}
          </Field>
          <Button type="submit" look="primary" pending={signIn.isPending} className="w-full">
            Sign in
          </Button>
        </form>
      </div>
    </main>
  );
}

function useSignIn(to: string | undefined) {
  const queryClient = useQueryClient();
  const router = useRouter();
  return useMutation({
    mutationFn: (token: string) => api.createSession({ body: { token } }),
    onSuccess: async (session) => {
      setSession(queryClient, session);
      router.history.push(safeTarget(to));
    },
  });
}

/** Only an address of this console: a link to the sign-in page must not lead somebody who signs in elsewhere. */
function safeTarget(to: string | undefined): string {
  return to !== undefined && /^\/(?![/\\])/.test(to) ? to : '/';
}

function whyNot(error: Error): string {
  if (error instanceof ApiError && error.status === 401) return 'This token is not the right one.';
  if (error instanceof ApiError && error.status === 429) {
    return 'Too many wrong tokens came from this address. Wait a minute, then try again.';
  }
  return fieldErrors(error)['token'] ?? describeError(error).detail;
}
