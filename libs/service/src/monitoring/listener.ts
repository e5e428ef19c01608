import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isIPv6, type AddressInfo } from 'node:net';

/** A scraper, its stand-in and a few people with a browser; whoever comes then is turned away. */
const SOCKETS_MAX = 20;
const HEADERS_MAX_BYTES = 8_192;
/** A request has come whole within this, and a socket is closed on which nothing is said for so long. */
const REQUEST_LIMIT_MS = 5_000;
const IDLE_LIMIT_MS = 10_000;
const LATE_REQUESTS_LOOKED_FOR_EVERY_MS = 1_000;

export interface Page {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** By path. */
export type Pages = ReadonlyMap<string, () => Page | Promise<Page>>;

/** A small web server to read from; it takes nothing in. */
export class Listener {
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  /** Rejects when the address is not there or the port is taken. */
  static async open(address: string, port: number, pages: Pages): Promise<Listener> {
    const server = createServer(
      {
        maxHeaderSize: HEADERS_MAX_BYTES,
        headersTimeout: REQUEST_LIMIT_MS,
        requestTimeout: REQUEST_LIMIT_MS,
        keepAliveTimeout: REQUEST_LIMIT_MS,
        connectionsCheckingInterval: LATE_REQUESTS_LOOKED_FOR_EVERY_MS,
      },
      (request, response) => void answer(request, response, pages),
    );
    server.maxConnections = SOCKETS_MAX;
    server.timeout = IDLE_LIMIT_MS;
    server.listen(port, address);
    await once(server, 'listening');
    // A fault of the listening socket later on is nothing that a backup should end for.
    server.on('error', () => undefined);
    const { port: actualPort } = server.address() as AddressInfo;
    return new Listener(server, `http://${isIPv6(address) ? `[${address}]` : address}:${actualPort}`);
  }

  /** Does not wait for those who are reading. */
  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }
}

async function answer(request: IncomingMessage, response: ServerResponse, pages: Pages): Promise<void> {
  const { status, contentType, body, ...more } = await pageFor(request, pages);
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...('allow' in more ? { allow: more.allow } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

async function pageFor({ method, url }: IncomingMessage, pages: Pages): Promise<Page & { readonly allow?: string }> {
  if (method !== 'GET' && method !== 'HEAD')
    return { ...text(405, `${method ?? 'this method'} is not taken here; use GET`), allow: 'GET, HEAD' };
  const path = (url ?? '/').split('?')[0] ?? '/';
  const page = pages.get(path);
  if (!page) return text(404, `nothing is at ${path.slice(0, 100)}; there are ${[...pages.keys()].join(', ')}`);
  try {
    return await page();
  } catch (error) {
    return text(500, `${path} could not be made: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export function text(status: number, line: string): Page {
  return { status, contentType: 'text/plain; charset=utf-8', body: `${line}\n` };
}
