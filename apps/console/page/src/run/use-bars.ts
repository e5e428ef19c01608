import { useState, type KeyboardEvent } from 'react';
import type { GanttBar } from '../model/gantt.js';

const STEPS: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowRight: (at, last) => Math.min(last, at + 1),
  ArrowDown: (at, last) => Math.min(last, at + 1),
  ArrowLeft: (at) => Math.max(0, at - 1),
  ArrowUp: (at) => Math.max(0, at - 1),
  Home: () => 0,
  End: (_, last) => last,
};

interface Bars {
  /** The bar that Tab leads to; null: there is none. */
  readonly place: string | null;
  readonly choose: (bar: GanttBar) => void;
  readonly onKeyDown: (event: KeyboardEvent<SVGSVGElement>) => void;
}

/** One bar is reached by Tab, the others from there by the arrows, lane by lane; Enter does what a click does. */
export function useBars(bars: readonly GanttBar[], onChoose: (databaseName: string) => void): Bars {
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
