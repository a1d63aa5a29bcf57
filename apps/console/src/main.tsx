/** The console: reads who is signed in, then shows the page of the address. */
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { Tooltip } from 'radix-ui';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { z } from 'zod';
import { createQueryClient } from './app/query-client.ts';
import { createConsoleRouter } from './app/router.tsx';
import { Toasts } from './ui/toast.tsx';
import './styles.css';

// The policy of the page forbids code made from text, which zod would use to be faster.
z.config({ jitless: true });

const queryClient = createQueryClient(() => {
  const { pathname, searchStr } = router.state.location;
  void router.navigate({ to: '/sign-in', search: { to: pathname + searchStr } });
});
const router = createConsoleRouter(queryClient);

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no element "root".');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <Tooltip.Provider delayDuration={250} skipDelayDuration={400}>
        <RouterProvider router={router} />
        <Toasts />
      </Tooltip.Provider>
    </QueryClientProvider>
  </StrictMode>,
);
