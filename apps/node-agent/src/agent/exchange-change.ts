import type { Change } from '../domain/restore/work.js';
import type { ExchangeChanges } from '../ports/exchange-changes.js';

/** Makes one change of Exchange. What came of it is read afterwards, so the answer is not looked at. */
export async function makeChange(
  changes: ExchangeChanges,
  databaseGuid: string | null,
  memberId: string,
  change: Exclude<Change, { readonly kind: 'runClient' }>,
): Promise<void> {
  if ('name' in change) {
    const database = { name: change.name, member: memberId, edbPath: null, logPath: null };
    await (change.kind === 'createDatabase'
      ? changes.createDatabase(database)
      : changes.createRecoveryDatabase(database));
    return;
  }
  if (databaseGuid === null) throw new Error(`a change ${change.kind} needs a database that Exchange knows`);
  switch (change.kind) {
    case 'suspendCopy':
      await changes.suspendCopy({ databaseGuid, member: change.member }, change.comment);
      return;
    case 'resumeCopy':
      await changes.resumeCopy({ databaseGuid, member: change.member });
      return;
    case 'updateCopy':
      await changes.updateCopy({ databaseGuid, member: change.member }, null);
      return;
    case 'moveActive':
      await changes.moveActiveDatabase({ databaseGuid, member: change.member });
      return;
    case 'dismount':
      await changes.dismountDatabase(databaseGuid);
      return;
    case 'mount':
      await changes.mountDatabase(databaseGuid);
      return;
    case 'removeDatabase':
      await changes.removeDatabase(databaseGuid);
      return;
    case 'setAllowFileRestore':
      await changes.setAllowFileRestore(databaseGuid, change.allowed);
      return;
    default: {
      const unknown: never = change;
      throw new Error(`unknown change ${JSON.stringify(unknown)}`);
    }
  }
}
