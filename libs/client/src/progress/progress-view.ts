import picocolors from 'picocolors';
import type { RunView } from '#contracts';
import { BarsScreen } from './bars-screen.js';
import { logLine, summaryLine, type Colours } from './lines.js';
import { progressOf } from './model.js';
import { LinesScreen, type Screen } from './screen.js';

/** Between two summary lines where there are no bars. */
export const SUMMARY_EVERY_MS = 10_000;

export interface ProgressOptions {
  readonly stream: NodeJS.WriteStream | NodeJS.WritableStream;
  /** Bars that redraw themselves; otherwise only lines are written. */
  readonly isTerminal: boolean;
  readonly colours: boolean;
  readonly nowMs?: () => number;
}

export interface ProgressView {
  /** Shows a newer view of the run. History entries shown before are not shown again. */
  update(run: RunView): void;
  /** Says something that is not in the run's history. */
  note(text: string): void;
  /** Takes the bars away and leaves the lines. Nothing may be shown afterwards. */
  end(): void;
}

/** Live progress of a run: bars per member and per database on a terminal, one line per happening elsewhere. */
export function createProgressView(options: ProgressOptions): ProgressView {
  const colours = picocolors.createColors(options.colours);
  const screen = options.isTerminal ? new BarsScreen(options.stream, colours) : new LinesScreen(options.stream);
  return new RunProgressView(screen, colours, options.nowMs ?? (() => performance.now()), !options.isTerminal);
}

class RunProgressView implements ProgressView {
  private lastSequence = 0;
  private summaryAtMs: number;

  constructor(
    private readonly screen: Screen,
    private readonly colours: Colours,
    private readonly nowMs: () => number,
    private readonly summaries: boolean,
  ) {
    this.summaryAtMs = nowMs();
  }

  update(run: RunView): void {
    for (const entry of run.log) {
      if (entry.sequence <= this.lastSequence) continue;
      this.lastSequence = entry.sequence;
      this.screen.line(logLine(entry, this.colours));
    }
    const progress = progressOf(run);
    this.screen.bars(progress);
    if (!this.summaries || this.nowMs() - this.summaryAtMs < SUMMARY_EVERY_MS) return;
    this.summaryAtMs = this.nowMs();
    this.screen.line(summaryLine(progress));
  }

  note(text: string): void {
    this.screen.line(this.colours.magenta(text));
  }

  end(): void {
    this.screen.end();
  }
}
