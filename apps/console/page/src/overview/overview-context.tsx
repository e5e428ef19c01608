import { createContext, use, type ReactNode } from 'react';
import { useOverview, type Live } from '../api/live.js';
import type { Overview } from '../model/overview.js';

const OverviewContext = createContext<Live<Overview> | null>(null);

/** One live view for the whole page: every part of it shows the same moment. */
export function OverviewProvider({ children }: { readonly children: ReactNode }) {
  return <OverviewContext value={useOverview()}>{children}</OverviewContext>;
}

export function useLiveOverview(): Live<Overview> {
  const live = use(OverviewContext);
  if (!live) throw new Error('useLiveOverview is for what stands inside an OverviewProvider');
  return live;
}
