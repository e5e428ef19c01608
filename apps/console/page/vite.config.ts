import { join } from 'node:path';
import { defineConfig } from 'vite';

/** Built beside the compiled server, which serves it; everything the page needs is in it. */
export default defineConfig({
  root: import.meta.dirname,
  resolve: { conditions: ['@app/source', 'module', 'browser', 'development|production'] },
  build: { outDir: join(import.meta.dirname, '../../../dist/apps/console-page'), emptyOutDir: true, sourcemap: false },
});
