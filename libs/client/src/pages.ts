import { GetBackups, type BackupList, type BackupsQuery, type RunView } from '#contracts';
import type { Courier } from './courier.js';
import { BACKUPS_LIMIT, HISTORY_LIMIT, QUERY_TIMEOUT_MS } from './limits.js';

/** One page of the backups that exist. */
export function backupsPage(courier: Courier, query: BackupsQuery): Promise<BackupList> {
  const waitMs = query.maxAgeMs === undefined ? 0 : (query.waitMs ?? QUERY_TIMEOUT_MS + QUERY_TIMEOUT_MS);
  return courier.ask(GetBackups, query, waitMs + QUERY_TIMEOUT_MS);
}

/** All pages as one. Clients are asked anew for the first page alone. */
export async function allBackups(courier: Courier, query: Omit<BackupsQuery, 'after'>): Promise<BackupList> {
  let page = await backupsPage(courier, query);
  const backups = [...page.backups];
  const { maxAgeMs: _, waitMs: __, ...rest } = query;
  while (page.next !== null && backups.length < BACKUPS_LIMIT) {
    page = await backupsPage(courier, { ...rest, after: page.next });
    backups.push(...page.backups);
  }
  return { ...page, backups };
}

/** A run as it is now, with its history from the beginning. `ask` gives what comes after an entry. */
export async function wholeRun(ask: (afterSequence?: number) => Promise<RunView>): Promise<RunView> {
  let run = await ask();
  const log = [...run.log];
  while (run.log.length > 0 && log.length < HISTORY_LIMIT) {
    run = await ask(log.at(-1)?.sequence ?? 0);
    log.push(...run.log);
  }
  return { ...run, log };
}
