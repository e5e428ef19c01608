import type { Gantt, GanttBar } from '../model/gantt.js';

export const WIDTH = 1_000;
export const LABEL_WIDTH = 90;
export const ROW_HEIGHT = 20;
const LANE_GAP = 6;
const AXIS_HEIGHT = 22;
/** Labels of marks stand below one another, so that close ones can be read. */
export const MARK_HEIGHT = 12;
const MARKS_MAX = 3;
/** Room that the longest label of a mark needs; nearer to the end it stands before its line. */
const MARK_WIDTH = 100;
const TICKS_MIN = 2;
const TICKS_MAX = 6;
/** Closer together they would tell the same time twice. */
const TICK_MIN_MS = 1_000;
/** How far an arrow goes straight on, where it leaves a bar and where it comes to one. */
const ARROW_REACH = 12;

export interface Tick {
  readonly atMs: number;
  readonly x: number;
  /** Those at the ends stay within the chart. */
  readonly anchor: 'start' | 'middle' | 'end';
}

export interface GanttLayout {
  readonly height: number;
  /** Where the lanes end and the times begin. */
  readonly axisTop: number;
  readonly x: (ms: number) => number;
  readonly laneTop: (index: number) => number;
  readonly barTop: (bar: GanttBar) => number;
  /** The path of an arrow between two bars; empty where one of them is not drawn. */
  readonly arrow: (from: string, to: string) => string;
  readonly ticks: readonly Tick[];
}

/** Where everything of a chart stands; the unit is that of the drawing. */
export function layoutOf(gantt: Gantt): GanttLayout {
  const tops: number[] = [];
  let axisTop = MARKS_MAX * MARK_HEIGHT;
  for (const lane of gantt.lanes) {
    tops.push(axisTop);
    axisTop += lane.rows * ROW_HEIGHT + LANE_GAP;
  }
  const spanMs = Math.max(1, gantt.toMs - gantt.fromMs);
  const x = (ms: number): number => LABEL_WIDTH + ((ms - gantt.fromMs) / spanMs) * (WIDTH - LABEL_WIDTH);
  const laneTop = (index: number): number => tops[index] ?? 0;
  const barTop = (bar: GanttBar): number =>
    laneTop(gantt.lanes.findIndex(({ member }) => member === bar.member)) + bar.row * ROW_HEIGHT;
  const byKey = new Map(gantt.bars.map((bar) => [bar.key, bar]));
  const middle = (bar: GanttBar): number => barTop(bar) + ROW_HEIGHT / 2;
  const arrow = (from: string, to: string): string => {
    const a = byKey.get(from);
    const b = byKey.get(to);
    return a && b ? arrowPath([x(a.toMs), middle(a)], [x(b.fromMs), middle(b)]) : '';
  };
  const last = Math.max(TICKS_MIN, Math.min(TICKS_MAX, 1 + Math.floor(spanMs / TICK_MIN_MS))) - 1;
  const ticks = Array.from({ length: last + 1 }, (_, index): Tick => {
    const atMs = gantt.fromMs + (index * spanMs) / last;
    return { atMs, x: x(atMs), anchor: index === 0 ? 'start' : index === last ? 'end' : 'middle' };
  });
  return { height: axisTop + AXIS_HEIGHT, axisTop, x, laneTop, barTop, arrow, ticks };
}

/** It leaves its bar to the right, goes along between the rows, and comes to the other from the left, so that it lies on no bar. */
function arrowPath([x1, y1]: readonly [number, number], [x2, y2]: readonly [number, number]): string {
  if (y1 === y2) return `M${x1} ${y1} H${x2}`;
  const between = y2 + (y2 > y1 ? -1 : 1) * (ROW_HEIGHT / 2);
  return `M${x1} ${y1} H${x1 + ARROW_REACH} V${between} H${x2 - ARROW_REACH} V${y2} H${x2}`;
}

/** Whether the label of a mark there would run out of the chart. */
export function isAtEnd(x: number): boolean {
  return x > WIDTH - MARK_WIDTH;
}
