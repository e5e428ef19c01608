import type { createColors } from 'picocolors';
import { displayName, type RunLogEntry } from '#contracts';
import { clip, clockOf, formatBytes, percent } from './format.js';
import type { MemberProgress, RunProgress, TaskProgress } from './model.js';

export type Colours = ReturnType<typeof createColors>;

const BAR_WIDTH = 24;
const NAME_WIDTH = 18;
/** Live databases named in a plain summary line. */
const NAMED_MAX = 6;

/** One entry of a run's history, as one line. */
export function logLine(entry: RunLogEntry, colours: Colours): string {
  return `${colours.dim(clockOf(entry.at))} ${paint(entry, colours)}`;
}

/** Trouble and what is done about it stand out; the ordinary course does not. */
function paint({ event, text }: RunLogEntry, colours: Colours): string {
  const kind = event.replaceAll('-', '').toLowerCase();
  if (/lost|refused|failed/.test(kind)) return colours.red(text);
  if (/moved|superseded|rerouted|reassigned|deferred|waiting|cancelling|closing|unplaced/.test(kind))
    return colours.yellow(text);
  if (/runcompleted|^completed/.test(kind)) return colours.bold(text);
  return text;
}

/** Where the run stands, for logs and schedulers' consoles. */
export function summaryLine(progress: RunProgress): string {
  const { counts } = progress;
  const problems = [
    counts.failed > 0 ? `, ${counts.failed} failed` : '',
    counts.cancelled > 0 ? `, ${counts.cancelled} cancelled` : '',
    counts.notNeeded > 0 ? `, ${counts.notNeeded} not needed` : '',
    counts.skipped > 0 ? `, ${counts.skipped} skipped` : '',
  ].join('');
  const named = progress.live
    .slice(0, NAMED_MAX)
    .map((task) => `${task.label} on ${shown(task.member)} ${percent(task.fraction)}`);
  const more = progress.live.length > NAMED_MAX ? [`and ${progress.live.length - NAMED_MAX} more`] : [];
  const live = progress.live.length > 0 ? `; running: ${[...named, ...more].join(', ')}` : '';
  return `progress ${percent(progress.fraction)}: ${progress.ended} of ${progress.total} ended${problems}${live}`;
}

export function memberBar(member: MemberProgress, columns: number, colours: Colours): string {
  const live = member.live > 0 ? `, ${member.live} running` : '';
  return barLine(
    shown(member.member),
    member.fraction,
    `${member.ended}/${member.total} ended${live}`,
    columns,
    colours.cyan,
  );
}

export function taskBar(task: TaskProgress, columns: number, colours: Colours): string {
  const again = task.again ? ` (${task.again})` : '';
  const what = `${formatBytes(task.doneBytes)} / ${formatBytes(task.sizeBytes)} on ${shown(task.member)}${again}`;
  return barLine(`  ${task.label}`, task.fraction, what, columns, task.again ? colours.yellow : colours.green);
}

export function totalBar(progress: RunProgress, columns: number, colours: Colours): string {
  const what = `${progress.ended}/${progress.total} ended, ${formatBytes(progress.doneBytes)} / ${formatBytes(progress.sizeBytes)}`;
  return barLine('all', progress.fraction, what, columns, colours.bold);
}

/** Names come first and are cut last: the bar is what gives way on a narrow terminal. */
function barLine(
  name: string,
  fraction: number,
  what: string,
  columns: number,
  paintBar: (text: string) => string,
): string {
  const head = clip(name, NAME_WIDTH).padEnd(NAME_WIDTH);
  const share = percent(fraction).padStart(4);
  const width = Math.min(BAR_WIDTH, Math.max(4, columns - NAME_WIDTH - share.length - 40));
  const filled = Math.round(Math.min(1, fraction) * width);
  const bar = paintBar('█'.repeat(filled)) + '░'.repeat(width - filled);
  return `${head} ${bar} ${share} ${clip(what, Math.max(8, columns - NAME_WIDTH - width - share.length - 3))}`;
}

function shown(member: string | null): string {
  return member === null ? '?' : displayName(member);
}
