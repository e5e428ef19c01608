const REQUEST_TIMEOUT_MS = 10_000;
const ANSWER_MAX_CHARACTERS = 500;

/** RabbitMQ's management HTTP API. The URL carries the credentials: `http://user:password@host:15672`. */
export class ManagementApi {
  private readonly base: string;
  private readonly authorization: string;
  private readonly label: string;

  constructor(managementUrl: string) {
    const url = new URL(managementUrl);
    const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    this.authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
    this.label = url.host;
    // fetch refuses URLs with credentials.
    url.username = '';
    url.password = '';
    this.base = url.href.replace(/\/$/, '');
  }

  async put(path: readonly string[], body: object): Promise<void> {
    await this.request('PUT', path, body);
  }

  async delete(path: readonly string[]): Promise<void> {
    await this.request('DELETE', path);
  }

  async get(path: readonly string[]): Promise<unknown> {
    const response = await this.request('GET', path);
    return response.json();
  }

  private async request(method: string, path: readonly string[], body?: object): Promise<Response> {
    const place = path.map((part) => encodeURIComponent(part)).join('/');
    const what = `${method} ${place} at the management API of ${this.label}`;
    let response: Response;
    try {
      response = await fetch(`${this.base}/api/${place}`, {
        method,
        headers: { authorization: this.authorization, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      });
    } catch (error) {
      const why =
        error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : String(error);
      throw new Error(
        `${what} got no answer: ${why}. Check the address, and that the plugin rabbitmq_management is enabled.`,
        { cause: error },
      );
    }
    if (response.ok) return response;
    const answer = (await response.text()).slice(0, ANSWER_MAX_CHARACTERS);
    const advice = response.status === 401 ? ' Check user and password; the user needs the administrator tag.' : '';
    throw new Error(`${what} was refused with status ${response.status}: ${answer}.${advice}`);
  }
}
