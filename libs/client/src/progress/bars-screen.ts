import { MultiBar, type SingleBar } from 'cli-progress';
import { memberBar, taskBar, totalBar, type Colours } from './lines.js';
import type { RunProgress } from './model.js';
import type { Screen } from './screen.js';

/** Used where a terminal does not say its size. */
const COLUMNS_DEFAULT = 100;
const ROWS_DEFAULT = 40;
/** Rows left to the happenings above the bars. */
const ROWS_FOR_LINES = 6;
const REDRAWS_PER_SECOND = 5;
/** cli-progress clears the first line that it writes above the bars, and leaves what the bars had written under the others. */
const CLEAR_TO_END_OF_LINE = '\u001B[K';

/**
 * Redraws bars in place below the lines. cli-progress garbles a terminal that has fewer rows than bars, so the databases
 * shown are those at work now, and only as many as fit.
 */
export class BarsScreen implements Screen {
  private readonly multi: MultiBar;
  private readonly slots: SingleBar[] = [];

  constructor(
    private readonly stream: NodeJS.WriteStream | NodeJS.WritableStream,
    private readonly colours: Colours,
  ) {
    this.multi = new MultiBar({
      stream,
      format: '{line}',
      fps: REDRAWS_PER_SECOND,
      hideCursor: true,
      clearOnComplete: true,
      stopOnComplete: false,
      emptyOnZero: true,
      // A line above moves the bars down; one that did not change has to be drawn at its new place, too.
      forceRedraw: true,
      gracefulExit: false,
    });
  }

  line(text: string): void {
    if (this.slots.length === 0) this.stream.write(`${text}\n`);
    else this.multi.log(`${text}${CLEAR_TO_END_OF_LINE}\n`);
  }

  bars(progress: RunProgress): void {
    const columns = this.size('columns') ?? COLUMNS_DEFAULT;
    const rows = (this.size('rows') ?? ROWS_DEFAULT) - ROWS_FOR_LINES;
    const lines = [
      totalBar(progress, columns, this.colours),
      ...progress.members.map((member) => memberBar(member, columns, this.colours)),
      ...progress.live.map((task) => taskBar(task, columns, this.colours)),
    ];
    this.show(lines.slice(0, Math.max(1, rows)));
  }

  end(): void {
    // Lines that wait for the next redraw would be lost by stopping.
    if (this.slots.length > 0) this.multi.update();
    this.multi.stop();
    this.slots.length = 0;
  }

  /** Slots are refilled and never removed, so that the order of the bars stays; one that is not needed now is empty. */
  private show(lines: readonly string[]): void {
    for (const [index, slot] of this.slots.entries()) slot.update({ line: lines[index] ?? '' });
    for (const line of lines.slice(this.slots.length)) this.slots.push(this.multi.create(1, 0, { line }));
    this.multi.update();
  }

  private size(name: 'columns' | 'rows'): number | undefined {
    return name in this.stream ? (this.stream as NodeJS.WriteStream)[name] : undefined;
  }
}
