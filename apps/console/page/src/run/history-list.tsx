import type { RunLogEntry } from '#contracts';
import { localClock, utc } from '../model/times.js';

/** What happened in a run, newest first. */
export function HistoryList({ log }: { readonly log: readonly RunLogEntry[] }) {
  return (
    <ol reversed aria-label="What happened, newest first">
      {log.toReversed().map((entry) => (
        <li key={entry.sequence} value={entry.sequence}>
          <time dateTime={entry.at} title={utc(entry.at)} className="muted">
            {localClock(Date.parse(entry.at))}
          </time>{' '}
          {entry.text}
        </li>
      ))}
    </ol>
  );
}
