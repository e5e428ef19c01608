import { useMemo, useState, type KeyboardEvent } from 'react';
import { ganttOf, type Gantt, type GanttBar } from '../model/gantt.js';
import type { RunView } from '#contracts';
import { localClock } from '../model/times.js';

const WIDTH = 1_000;
const LABEL_WIDTH = 90;
const ROW_HEIGHT = 20;
const LANE_GAP = 6;
const AXIS_HEIGHT = 22;
const TEXT_MIN_WIDTH = 48;
const CHARACTER_WIDTH = 6.5;
/** Labels of marks stand below one another, so that close ones can be read. */
const MARK_HEIGHT = 12;
const MARKS_MAX = 3;
const MARK_GAP = 3;
/** Room that the longest label of a mark needs; nearer to the end it stands before its line. */
const MARK_WIDTH = 100;
const TICKS = 6;
const TICK_WIDTH = 78;

interface GanttChartProps {
  readonly run: RunView;
  /** The moment that is shown: now, or a past one of a finished run. */
  readonly atMs: number;
  readonly onChoose: (databaseName: string) => void;
}

/** One lane per member over time. */
export function GanttChart({ run, atMs, onChoose }: GanttChartProps) {
  const gantt = useMemo(() => ganttOf(run, atMs), [run, atMs]);
  const layout = layoutOf(gantt);
  const bars = useBars(gantt.bars, onChoose);
  if (gantt.lanes.length === 0) return <p className="muted">Nothing has been sent to a member yet.</p>;
  return (
    <div className="gantt">
      <svg
        viewBox={`0 0 ${WIDTH} ${layout.height}`}
        width="100%"
        role="listbox"
        aria-label={`Attempts by member over time: ${summaryOf(gantt)}`}
        onKeyDown={bars.onKeyDown}
      >
        <defs>
          <marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path d="M0 0 L8 4 L0 8 z" className="bar-broken" />
          </marker>
        </defs>
        {gantt.lanes.map((lane, index) => (
          <g key={lane.member}>
            <rect
              className="lane"
              x={LABEL_WIDTH}
              y={layout.laneTop(index)}
              width={WIDTH - LABEL_WIDTH}
              height={lane.rows * ROW_HEIGHT}
              rx={3}
            />
            <text x={0} y={layout.laneTop(index) + ROW_HEIGHT - 6}>
              {lane.member.toUpperCase()}
            </text>
          </g>
        ))}
        {gantt.bars.map((bar) => (
          <Bar
            key={bar.key}
            bar={bar}
            x={layout.x(bar.fromMs)}
            width={layout.x(bar.toMs) - layout.x(bar.fromMs)}
            y={layout.barTop(bar)}
            isPlace={bar.key === bars.place}
            onChoose={bars.choose}
          />
        ))}
        {gantt.arrows.map(({ from, to, reason }) => (
          <path
            key={`${from}>${to}`}
            className="arrow"
            data-reason={reason}
            markerEnd="url(#tip)"
            d={layout.arrow(from, to)}
          >
            <title>{`went on because of ${reason}`}</title>
          </path>
        ))}
        {gantt.marks.map(({ label, atMs: markMs }, index) => (
          <g key={label} data-mark={label}>
            <line
              className={label === 'now' ? 'now' : 'mark'}
              x1={layout.x(markMs)}
              x2={layout.x(markMs)}
              y1={0}
              y2={layout.height - AXIS_HEIGHT}
            />
            <text
              x={layout.x(markMs) + (isAtEnd(layout.x(markMs)) ? -MARK_GAP : MARK_GAP)}
              y={10 + index * MARK_HEIGHT}
              textAnchor={isAtEnd(layout.x(markMs)) ? 'end' : 'start'}
            >
              {label}
            </text>
          </g>
        ))}
        {layout.ticks.map((tickMs) => (
          <text key={tickMs} x={Math.min(layout.x(tickMs), WIDTH - TICK_WIDTH)} y={layout.height - 6}>
            {localClock(tickMs)}
          </text>
        ))}
      </svg>
    </div>
  );
}

function isAtEnd(x: number): boolean {
  return x > WIDTH - MARK_WIDTH;
}

interface BarProps {
  readonly bar: GanttBar;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  /** The keys have come to it: Tab leads here. */
  readonly isPlace: boolean;
  readonly onChoose: (bar: GanttBar) => void;
}

function Bar({ bar, x, y, width, isPlace, onChoose }: BarProps) {
  const shownWidth = Math.max(2, width);
  const letters = Math.floor((shownWidth - 6) / CHARACTER_WIDTH);
  return (
    <g
      role="option"
      aria-selected={isPlace}
      aria-label={bar.detail}
      tabIndex={isPlace ? 0 : -1}
      data-bar={bar.key}
      data-state={bar.state}
      onClick={() => onChoose(bar)}
    >
      <title>{bar.detail}</title>
      <rect
        className={`bar-${bar.state}`}
        x={x}
        y={y + 2}
        width={shownWidth}
        height={ROW_HEIGHT - 4}
        rx={3}
        opacity={bar.progress === null ? 1 : 0.45}
      />
      {bar.progress !== null && (
        <rect
          className={`bar-${bar.state}`}
          x={x}
          y={y + 2}
          width={shownWidth * bar.progress}
          height={ROW_HEIGHT - 4}
          rx={3}
        />
      )}
      {shownWidth > TEXT_MIN_WIDTH && (
        <text
          className={bar.progress === null ? 'bar-text' : undefined}
          pointerEvents="none"
          x={x + 4}
          y={y + ROW_HEIGHT - 6}
        >
          {bar.label.slice(0, letters)}
        </text>
      )}
    </g>
  );
}

const STEPS: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowRight: (at, last) => Math.min(last, at + 1),
  ArrowDown: (at, last) => Math.min(last, at + 1),
  ArrowLeft: (at) => Math.max(0, at - 1),
  ArrowUp: (at) => Math.max(0, at - 1),
  Home: () => 0,
  End: (_, last) => last,
};

/** One bar is reached by Tab, the others from there by the arrows, lane by lane; Enter does what a click does. */
function useBars(bars: readonly GanttBar[], onChoose: (databaseName: string) => void) {
  const [wanted, setWanted] = useState<string | null>(null);
  const at = Math.max(
    0,
    bars.findIndex(({ key }) => key === wanted),
  );
  const choose = (bar: GanttBar): void => {
    setWanted(bar.key);
    onChoose(bar.databaseName);
  };
  const onKeyDown = (event: KeyboardEvent<SVGSVGElement>): void => {
    const bar = bars[at];
    if (bar && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault();
      choose(bar);
      return;
    }
    const next = bars[STEPS[event.key]?.(at, bars.length - 1) ?? -1];
    if (!next) return;
    event.preventDefault();
    setWanted(next.key);
    event.currentTarget.querySelector<SVGElement>(`[data-bar="${next.key}"]`)?.focus();
  };
  return { place: bars[at]?.key ?? null, choose, onKeyDown };
}

function layoutOf(gantt: Gantt) {
  const tops: number[] = [];
  let height = MARKS_MAX * MARK_HEIGHT;
  for (const lane of gantt.lanes) {
    tops.push(height);
    height += lane.rows * ROW_HEIGHT + LANE_GAP;
  }
  const spanMs = Math.max(1, gantt.toMs - gantt.fromMs);
  const x = (ms: number): number => LABEL_WIDTH + ((ms - gantt.fromMs) / spanMs) * (WIDTH - LABEL_WIDTH);
  const laneTop = (index: number): number => tops[index] ?? 0;
  const barTop = (bar: GanttBar): number =>
    laneTop(gantt.lanes.findIndex(({ member }) => member === bar.member)) + bar.row * ROW_HEIGHT;
  const byKey = new Map(gantt.bars.map((bar) => [bar.key, bar]));
  const arrow = (from: string, to: string): string => {
    const a = byKey.get(from);
    const b = byKey.get(to);
    if (!a || !b) return '';
    const [x1, y1, x2, y2] = [x(a.toMs), barTop(a) + ROW_HEIGHT / 2, x(b.fromMs), barTop(b) + ROW_HEIGHT / 2];
    const bend = Math.max(x1, x2) + 14;
    return `M${x1} ${y1} C${bend} ${y1}, ${bend} ${y2}, ${x2} ${y2}`;
  };
  const ticks = Array.from({ length: TICKS }, (_, index) => gantt.fromMs + (index * spanMs) / (TICKS - 1));
  return { height: height + AXIS_HEIGHT, x, laneTop, barTop, arrow, ticks };
}

/** For those who cannot see the chart; the table below it has the rest. */
function summaryOf({ lanes, bars, arrows }: Gantt): string {
  const live = bars.filter(({ state }) => state === 'live').length;
  const broken = bars.filter(({ state }) => state === 'broken').length;
  return `${bars.length} attempts on ${lanes.length} members: ${live} at work, ${broken} broken off, ${arrows.length} gone on elsewhere or again`;
}
