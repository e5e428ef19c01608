import { StringDecoder } from 'node:string_decoder';

/**
 * Splits a byte stream into lines of bounded length. Carriage returns end a line too, because progress lines may be
 * rewritten in place (reference 4.4). What is too long is cut, and the rest of that line is dropped.
 */
export class LineSplitter {
  private readonly decoder = new StringDecoder('utf8');
  private rest = '';
  private isCut = false;

  constructor(
    private readonly maxLength: number,
    private readonly onLine: (line: string, isCut: boolean) => void,
  ) {}

  push(chunk: Buffer): void {
    this.take(this.decoder.write(chunk));
  }

  end(): void {
    this.take(this.decoder.end());
    if (this.rest !== '' || this.isCut) this.emit();
  }

  private take(text: string): void {
    const parts = text.split(/\r\n|\n|\r/);
    for (const [index, part] of parts.entries()) {
      if (index > 0) this.emit();
      const room = this.maxLength - this.rest.length;
      this.rest += part.slice(0, room);
      if (part.length > room) this.isCut = true;
    }
  }

  private emit(): void {
    const line = this.rest;
    const { isCut } = this;
    this.rest = '';
    this.isCut = false;
    if (line !== '') this.onLine(line, isCut);
  }
}
