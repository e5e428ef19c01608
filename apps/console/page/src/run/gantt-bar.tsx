import type { GanttBar } from '../model/gantt.js';
import { ROW_HEIGHT } from './gantt-layout.js';

const TEXT_MIN_WIDTH = 48;
const CHARACTER_WIDTH = 6.5;

interface BarProps {
  readonly bar: GanttBar;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  /** The keys have come to it: Tab leads here. */
  readonly isPlace: boolean;
  readonly onChoose: (bar: GanttBar) => void;
}

/** One attempt or step, filled as far as it is. */
export function Bar({ bar, x, y, width, isPlace, onChoose }: BarProps) {
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
