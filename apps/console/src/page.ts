import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import express, { type NextFunction, type Request, type Response } from 'express';
import { compressedAssets } from './compressed-assets.js';

const ASSETS_MAX_AGE_MS = 365 * 24 * 60 * 60 * 1_000;

/** Serves the built page: its assets for ever, because their names carry their content's hash, and the page itself for every other path outside the API. */
export function servePage(app: NestExpressApplication, folder: string): void {
  const index = join(folder, 'index.html');
  app.use(
    '/assets',
    compressedAssets(join(folder, 'assets'), ASSETS_MAX_AGE_MS),
    express.static(join(folder, 'assets'), { immutable: true, maxAge: ASSETS_MAX_AGE_MS, fallthrough: false }),
  );
  app.use((request: Request, response: Response, next: NextFunction) => {
    const isPage = request.method === 'GET' && !/^\/(api|assets)(\/|$)/.test(request.path);
    if (!isPage) {
      next();
      return;
    }
    response.set('cache-control', 'no-cache');
    if (existsSync(index)) response.sendFile(index);
    else
      response
        .status(503)
        .type('text/plain')
        .send('The page is not built: run "npm run build". The API works, at /api.\n');
  });
}
