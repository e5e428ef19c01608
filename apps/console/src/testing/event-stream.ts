import { eventually } from '../../../../test/support/eventually.js';

export interface SentEvent {
  readonly id: string;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A viewer of server-sent events, as a browser is one. */
export class EventStream {
  readonly events: SentEvent[] = [];
  isOver = false;

  private constructor(private readonly abort: AbortController) {}

  static async open(url: string, token: string, lastEventId?: string): Promise<EventStream> {
    const stream = new EventStream(new AbortController());
    const response = await fetch(url, {
      headers: {
        authorization: `Bearer ${token}`,
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      },
      signal: stream.abort.signal,
    });
    if (!response.ok || !response.body) throw new Error(`${url} answered ${response.status}`);
    void stream.read(response.body).catch(() => undefined);
    return stream;
  }

  close(): void {
    this.abort.abort();
  }

  /** Names of the events that came, in order. */
  get names(): readonly string[] {
    return this.events.map(({ event }) => event);
  }

  get lastId(): string {
    return this.events.at(-1)?.id ?? '';
  }

  /** The first event, come or coming, that is as wanted. */
  until(what: string, isWanted: (event: SentEvent) => boolean): Promise<SentEvent> {
    return eventually(() => this.events.find(isWanted), { what });
  }

  private async read(body: AsyncIterable<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let rest = '';
    try {
      for await (const chunk of body) {
        const blocks = `${rest}${decoder.decode(chunk, { stream: true })}`.split('\n\n');
        rest = blocks.pop() ?? '';
        this.events.push(...blocks.flatMap(eventIn));
      }
    } finally {
      this.isOver = true;
    }
  }
}

function eventIn(block: string): readonly SentEvent[] {
  const { id, event, data } = /^id: (?<id>.*)\nevent: (?<event>.*)\ndata: (?<data>.*)$/.exec(block)?.groups ?? {};
  if (id === undefined || event === undefined || data === undefined) return [];
  return [{ id, event, data: JSON.parse(data) as SentEvent['data'] }];
}
