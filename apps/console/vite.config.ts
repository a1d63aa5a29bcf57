import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `pnpm --filter @hooklane/console dev` finds the API. */
const API = process.env['HOOKLANE_URL'] ?? 'http://localhost:8080';

const source = (name: string): string => `${import.meta.dirname}/../../packages/${name}/src/index.ts`;

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), tailwindcss()],
  // The sources, so that the bundle needs no other build first.
  resolve: { alias: { '@hooklane/client': source('client'), '@hooklane/core': source('core') } },
  build: {
    target: 'es2023',
    // The policy of the page allows fonts and scripts from files only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 450,
  },
  server: { proxy: { '/v1': { target: API, headers: { origin: API } } } },
});
