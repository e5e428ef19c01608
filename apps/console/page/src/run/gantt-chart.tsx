import { useMemo } from 'react';
import type { RunView } from '#contracts';
import { ganttOf, type Gantt } from '../model/gantt.js';
import { localClock } from '../model/times.js';
import { words } from '../model/words.js';
import { Bar } from './gantt-bar.js';
import { LABEL_WIDTH, MARK_HEIGHT, ROW_HEIGHT, WIDTH, isAtEnd, layoutOf } from './gantt-layout.js';
import { useBars } from './use-bars.js';

const MARK_GAP = 3;

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
            <title>{`went on because of ${words(reason)}`}</title>
          </path>
        ))}
        {gantt.marks.map(({ label, atMs: markMs, isOfPlan }, index) => (
          <g key={label} data-mark={label}>
            <line
              className={isOfPlan ? 'mark' : 'now'}
              x1={layout.x(markMs)}
              x2={layout.x(markMs)}
              y1={0}
              y2={layout.axisTop}
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
        {layout.ticks.map(({ atMs: tickMs, x, anchor }) => (
          <text key={tickMs} x={x} y={layout.height - 6} textAnchor={anchor}>
            {localClock(tickMs)}
          </text>
        ))}
      </svg>
    </div>
  );
}

/** For those who cannot see the chart; the table below it has the rest. */
function summaryOf({ lanes, bars, arrows }: Gantt): string {
  const live = bars.filter(({ state }) => state === 'live').length;
  const broken = bars.filter(({ state }) => state === 'broken').length;
  return `${bars.length} attempts on ${lanes.length} members: ${live} at work, ${broken} broken off, ${arrows.length} gone on elsewhere or again`;
}
