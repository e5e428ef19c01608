/** Longest request line; the requests of the protocol have a few hundred bytes. */
export const LINE_MAX_CHARS = 64 * 1024;

/** Cuts a stream of text into lines. A line that is too long is dropped whole and reported once. */
export class LineCutter {
  private rest = '';
  private skipping = false;

  constructor(
    private readonly onLine: (line: string) => void,
    private readonly onTooLong: () => void,
  ) {}

  push(text: string): void {
    const parts = `${this.rest}${text}`.split('\n');
    this.rest = parts.pop() ?? '';
    for (const part of parts) {
      if (this.skipping) this.skipping = false;
      else if (part.length > LINE_MAX_CHARS) this.onTooLong();
      else if (part.trim() !== '') this.onLine(part);
    }
    if (this.rest.length <= LINE_MAX_CHARS) return;
    this.rest = '';
    if (!this.skipping) this.onTooLong();
    this.skipping = true;
  }
}
