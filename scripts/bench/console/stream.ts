/** The last so many characters that came are kept, to look for an event in. */
const TEXT_MAX = 20_000;

/** A viewer's open event stream, read as quickly as it comes. */
export class Stream {
  bytes = 0;
  text = '';

  private constructor(private readonly abort: AbortController) {}

  static async open(url: string, token: string): Promise<Stream> {
    const stream = new Stream(new AbortController());
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${token}` },
      signal: stream.abort.signal,
    });
    if (!response.ok || !response.body) throw new Error(`${url} answered ${response.status}`);
    void stream.read(response.body).catch(() => undefined);
    return stream;
  }

  close(): void {
    this.abort.abort();
  }

  private async read(body: AsyncIterable<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of body) {
      this.bytes += chunk.byteLength;
      this.text = `${this.text}${decoder.decode(chunk, { stream: true })}`.slice(-TEXT_MAX);
    }
  }
}
