import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { RunView } from '#contracts';
import type { Overview } from '../model/overview.js';
import { LiveView, type Live } from './live-view.js';

/** One for the whole page: every part of it shows the same moment. */
export const overviewView = new LiveView<Overview>('/api/events');

/** Open while what uses it is shown. */
export function useLive<View extends object>(view: LiveView<View>): Live<View> {
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
  return useLive(useMemo(() => new LiveView<RunView>(`/api/runs/${runId}/events`), [runId]));
}
