import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { NextFunction, Request, RequestHandler, Response } from 'express';

/** What shrinks by being compressed; pictures and fonts do not. */
const TEXT_TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

/**
 * The built page's scripts and styles, compressed once at the start and sent so to whoever takes it; everything else is left to the next handler. The folder
 * is the build's own and does not change while the console runs. Must stand where `request.path` is the file's name.
 */
export function compressedAssets(folder: string, maxAgeMs: number): RequestHandler {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => TEXT_TYPES[extname(name)] !== undefined) : [];
  const assets = new Map(names.map((name) => [`/${name}`, gzipSync(readFileSync(join(folder, name)))]));
  return (request: Request, response: Response, next: NextFunction) => {
    const asset = assets.get(request.path);
    const isFor = request.method === 'GET' && request.acceptsEncodings('gzip') !== false;
    if (!asset || !isFor) {
      next();
      return;
    }
    response
      .set({
        'content-type': TEXT_TYPES[extname(request.path)],
        'content-encoding': 'gzip',
        'cache-control': `public, max-age=${Math.floor(maxAgeMs / 1_000)}, immutable`,
        vary: 'Accept-Encoding',
      })
      .send(asset);
  };
}
