import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { MaintenanceView, RunSummary, RunView } from '#contracts';
import { withChange, type Overview, type OverviewChange } from '../model/overview.js';
import { withRunChange, type RunChange } from '../model/run.js';
import { LiveView, type Handlers, type Live } from './live-view.js';

const OVERVIEW: Handlers<Overview> = {
  snapshot: (_, data) => data as Overview,
  change: (view, data) => view && withChange(view, data as OverviewChange),
  runs: (view, data) => view && { ...view, ...(data as { readonly runs: readonly RunSummary[] }) },
  maintenance: (view, data) => view && { ...view, ...(data as { readonly maintenance: MaintenanceView | null }) },
};

const RUN: Handlers<RunView> = {
  run: (_, data) => data as RunView,
  change: (view, data) => view && withRunChange(view, data as RunChange),
};

/** One for the whole page: every part of it shows the same moment. */
export const overviewView = new LiveView('/api/events', OVERVIEW);

/** Open while what uses it is shown. */
export function useLive<View>(view: LiveView<View>): Live<View> {
  useEffect(() => {
    view.open();
    return () => view.close();
  }, [view]);
  return useSyncExternalStore(view.subscribe, view.current);
}

/** The overview as it is; the page around everything keeps it open. */
export function useLiveOverview(): Live<Overview> {
  return useSyncExternalStore(overviewView.subscribe, overviewView.current);
}

export function useRun(runId: string): Live<RunView> {
  return useLive(useMemo(() => new LiveView(`/api/runs/${runId}/events`, RUN), [runId]));
}
