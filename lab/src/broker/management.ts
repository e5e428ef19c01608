import { WayFailed } from './types.js';

const REQUEST_TIMEOUT_MS = 10_000;
const ERROR_TEXT_MAX_LENGTH = 300;

/** The few calls of RabbitMQ's management HTTP API that a vhost of one's own needs. */
export class ManagementApi {
  private readonly base: string;
  private readonly authorization: string;
  private readonly user: string;

  /** @param address with credentials: `http://user:password@host:15672` */
  constructor(address: string) {
    const url = new URL(address);
    this.user = decodeURIComponent(url.username);
    const credentials = `${this.user}:${decodeURIComponent(url.password)}`;
    this.authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
    url.username = '';
    url.password = '';
    this.base = url.href.replace(/\/+$/, '');
  }

  /** True when the API answers these credentials. */
  async answers(timeoutMs: number = REQUEST_TIMEOUT_MS): Promise<boolean> {
    try {
      const response = await this.fetch('GET', '/api/whoami', undefined, timeoutMs);
      await response.body?.cancel();
      return response.ok;
    } catch {
      // Nobody listens there, or something that is no management API: "no" is the whole answer.
      return false;
    }
  }

  /** What the API tells at a path; throws when it does not answer with success. */
  async read(path: string, timeoutMs: number = REQUEST_TIMEOUT_MS): Promise<unknown> {
    const response = await this.fetch('GET', path, undefined, timeoutMs);
    const text = await response.text();
    if (!response.ok) throw new Error(`could not read ${this.base}${path}: HTTP ${response.status}`);
    return JSON.parse(text);
  }

  async createVhost(name: string): Promise<void> {
    const vhost = encodeURIComponent(name);
    await this.put(`/api/vhosts/${vhost}`, {}, `create the vhost ${name}`);
    await this.put(
      `/api/permissions/${vhost}/${encodeURIComponent(this.user)}`,
      { configure: '.*', write: '.*', read: '.*' },
      `give ${this.user} the rights on the vhost ${name}`,
    );
  }

  async deleteVhost(name: string): Promise<void> {
    const response = await this.fetch('DELETE', `/api/vhosts/${encodeURIComponent(name)}`);
    await response.body?.cancel();
    if (!response.ok && response.status !== 404) {
      throw new Error(`could not delete the vhost ${name} at ${this.base}: HTTP ${response.status}; delete it by hand`);
    }
  }

  private async put(path: string, body: object, what: string): Promise<void> {
    const response = await this.fetch('PUT', path, body);
    const text = await response.text();
    if (!response.ok) {
      const detail = text.slice(0, ERROR_TEXT_MAX_LENGTH);
      throw new WayFailed(`could not ${what} at ${this.base}: HTTP ${response.status} ${detail}`);
    }
  }

  private fetch(method: string, path: string, body?: object, timeoutMs = REQUEST_TIMEOUT_MS): Promise<Response> {
    return fetch(`${this.base}${path}`, {
      method,
      headers: { authorization: this.authorization, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }
}
