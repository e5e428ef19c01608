import type { RunProgress } from './model.js';

/** Where lines and bars go. */
export interface Screen {
  line(text: string): void;
  bars(progress: RunProgress): void;
  end(): void;
}

export class LinesScreen implements Screen {
  constructor(private readonly stream: NodeJS.WritableStream) {}

  line(text: string): void {
    this.stream.write(`${text}\n`);
  }

  bars(): void {
    // Without a terminal the summary lines say what bars would.
  }

  end(): void {
    // Lines stay as they are.
  }
}
