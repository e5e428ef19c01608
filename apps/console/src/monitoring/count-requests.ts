import type { NextFunction, Request, Response } from 'express';
import type { ConsoleCounts } from './counts.js';

/** Where no route of the API answered. */
const OTHER = 'other';

/** Tells of every request when its answer is written. A live view lasts for hours, which would say nothing of how fast answers are. */
export function countRequests(
  counts: ConsoleCounts,
): (request: Request, response: Response, next: NextFunction) => void {
  return (request, response, next) => {
    const sinceMs = performance.now();
    response.once('finish', () => {
      if (String(response.getHeader('content-type')).startsWith('text/event-stream')) return;
      counts.onAnswered({
        method: request.method,
        route: routeOf(request),
        status: response.statusCode,
        seconds: (performance.now() - sinceMs) / 1_000,
      });
    });
    next();
  };
}

/** Never the path itself: it has names in it, and anybody may ask for any. */
function routeOf(request: Request): string {
  const route: unknown = request.route;
  if (typeof route !== 'object' || route === null || !('path' in route)) return OTHER;
  return typeof route.path === 'string' && route.path.startsWith('/api') ? route.path : OTHER;
}
