import { useQuery } from '@tanstack/react-query';
import type { AlarmView } from '#contracts';
import { call } from '../api/http.js';

const EVERY_MS = 5_000;

/** The standing alarms, looked at again and again. */
export function useAlarms(): {
  readonly alarms: readonly AlarmView[];
  readonly error: unknown;
  readonly isPending: boolean;
} {
  const { data, error, isPending } = useQuery({
    queryKey: ['alarms'],
    queryFn: () => call<{ readonly alarms: readonly AlarmView[] }>('GET', '/alarms'),
    refetchInterval: EVERY_MS,
  });
  return { alarms: data?.alarms ?? [], error, isPending };
}
