import { useEffect, useState } from 'react';
import type { MaintenanceView, RunSummary, RunView } from '#contracts';
import { withChange, type Overview, type OverviewChange } from '../model/overview.js';
import { withRunChange, type RunChange } from '../model/run.js';

export interface Live<View> {
  readonly view: View | null;
  /** Why what is shown may be old; null while all is well. */
  readonly trouble: string | null;
}

/** The browser opens a lost stream again by itself, and tells the server the last event it saw. */
const LOST = 'The connection to the console is lost; it is tried again.';

type Handlers<View> = Readonly<Record<string, (view: View | null, data: unknown) => View | null>>;

function useStream<View>(url: string, handlers: Handlers<View>): Live<View> {
  const [live, setLive] = useState<Live<View>>({ view: null, trouble: null });
  useEffect(() => {
    setLive({ view: null, trouble: null });
    const source = new EventSource(url);
    const onEvent = (name: string) => (event: MessageEvent<string>) => {
      const handler = handlers[name];
      setLive((before) => ({
        view: handler ? handler(before.view, JSON.parse(event.data)) : before.view,
        trouble: before.trouble === LOST ? null : before.trouble,
      }));
    };
    for (const name of Object.keys(handlers)) source.addEventListener(name, onEvent(name));
    source.addEventListener('trouble', (event: MessageEvent<string>) => {
      const { trouble } = JSON.parse(event.data) as { readonly trouble: string | null };
      setLive((before) => ({ ...before, trouble }));
    });
    source.addEventListener('error', () => {
      setLive((before) => ({ ...before, trouble: before.trouble ?? LOST }));
    });
    return () => source.close();
  }, [url, handlers]);
  return live;
}

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

export function useOverview(): Live<Overview> {
  return useStream('/api/events', OVERVIEW);
}

export function useRun(runId: string): Live<RunView> {
  return useStream(`/api/runs/${runId}/events`, RUN);
}
