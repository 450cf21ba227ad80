import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { MutationCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useSyncExternalStore } from 'react';
import { Problem } from './api/problem';
import { SignInAgain } from './layout/SignInAgain';
import { tellProblem } from './parts/notices';
import { router } from './router';
import { language, subscribeToLanguage } from './texts';
import { theme, variables } from './theme';

// The server puts a nonce into the page for the few styles that are made at run time; without one the placeholder stays.
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';

// The lock on scrolling behind a dialog makes its style by itself and looks for the nonce here.
(globalThis as { __webpack_nonce__?: string }).__webpack_nonce__ = nonce;

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // Refusals do not change by asking again; a server that was not reached may.
      retry: (count, thrown) => count < 2 && Problem.from(thrown).status === 0,
    },
  },
  // What a form cannot show at a field is told here, once for all.
  mutationCache: new MutationCache({
    onError: (thrown, _variables, _context, mutation) => {
      if (mutation.meta?.quiet !== true) {
        tellProblem(Problem.from(thrown));
      }
    },
  }),
});

/** The console. Another language draws it anew; what is typed is kept by the forms. */
export function App() {
  const spoken = useSyncExternalStore(subscribeToLanguage, language);
  return (
    <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto" getStyleNonce={() => nonce}>
      <QueryClientProvider client={queries}>
        {/* At the top: the bar that saves stands at the bottom. */}
        <Notifications position="top-right" limit={4} />
        <RouterProvider key={spoken} router={router} />
        <SignInAgain />
      </QueryClientProvider>
    </MantineProvider>
  );
}
