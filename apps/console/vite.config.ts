import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';

/** Where `pnpm --filter @hooklane/console dev` finds the API. */
const API = process.env['HOOKLANE_URL'] ?? 'http://localhost:8080';

const source = (name: string): string => `${import.meta.dirname}/../../packages/${name}/src/index.ts`;

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), tailwindcss(), compressFiles()],
  // The sources, so that the bundle needs no other build first.
  resolve: { alias: { '@hooklane/client': source('client'), '@hooklane/core': source('core') } },
  build: {
    target: 'es2023',
    // The policy of the page allows fonts and scripts from files only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 500,
    reportCompressedSize: false,
  },
  server: { proxy: { '/v1': { target: API, changeOrigin: true, headers: { origin: API } } } },
});

/** Text files get a `.br` and a `.gz` beside them, which the server sends to browsers that take it. */
function compressFiles(): Plugin {
  return {
    name: 'compress-files',
    apply: 'build',
    async writeBundle({ dir }) {
      if (dir === undefined) return;
      const names = await readdir(dir, { recursive: true });
      await Promise.all(
        names.filter((name) => /\.(js|css|svg)$/.test(name)).map((name) => compress(join(dir, name))),
      );
    },
  };
}

async function compress(file: string): Promise<void> {
  const content = await readFile(file);
  await writeFile(`${file}.br`, await promisify(brotliCompress)(content));
  await writeFile(`${file}.gz`, await promisify(gzip)(content, { level: 9 }));
}
