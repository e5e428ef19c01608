import type { DatabasePriority } from '#contracts';

/** Everything up to the last equals sign is the name or GUID: a database may be called after a sum. */
const PATTERN = /^(?<database>.*\S)\s*=\s*(?<priority>\d+)$/;

/** `DB01=9`: a database and its priority. */
export function databasePriorities(
  texts: readonly string[] | undefined,
  faults: string[],
): readonly DatabasePriority[] | undefined {
  return texts?.flatMap((text) => {
    const { database, priority } = PATTERN.exec(text)?.groups ?? {};
    if (database !== undefined && priority !== undefined) return [{ database, priority: Number(priority) }];
    faults.push(`--database-priority must be a database and its priority, like DB01=9, not "${text}"`);
    return [];
  });
}
