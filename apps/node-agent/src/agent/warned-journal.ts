import type { JournalRecord } from '../domain/journal-records.js';
import type { Journal } from '../ports/journal.js';
import type { Log } from '../ports/log.js';
import { errorText } from './error-text.js';
import type { StandingWarnings } from './warnings.js';

const WARNING = 'journal.write';

/** A journal whose failures stand as a warning of this agent, whoever wrote, until a record could be written again. */
export function warnedJournal(journal: Journal, warnings: StandingWarnings, log: Log): Journal {
  return {
    records: journal.records,
    compact: (endedBeforeMs) => journal.compact(endedBeforeMs),
    append: async (record) => {
      try {
        await journal.append(record);
        warnings.clear(WARNING);
      } catch (thrown) {
        const reason = errorText(thrown);
        warnings.set(WARNING, reason);
        log.warn('journal.unwritable', { ...idOf(record), record: record.kind, reason });
        throw thrown;
      }
    },
  };
}

function idOf(record: JournalRecord): { readonly attemptId?: string; readonly stepId?: string } {
  if ('stepId' in record) return { stepId: record.stepId };
  return 'attemptId' in record ? { attemptId: record.attemptId } : {};
}
