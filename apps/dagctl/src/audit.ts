import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import type { AuditEntry } from '#contracts';
import type { CommandContext } from './context.js';

/** What the command line does is audited as the console's own doing is. */
export function auditEntry(action: string, target: string, request: AuditEntry['request']): AuditEntry {
  return {
    entryId: randomUUID(),
    at: new Date().toISOString(),
    actor: userInfo().username,
    role: null,
    address: 'dagctl',
    action,
    target,
    request,
    result: 'done',
    text: 'by the command line',
    console: 'dagctl',
  };
}

/** For what is done already, and stays done where its entry cannot be sent: that is said, with what the entry would have said. */
export async function audit(context: CommandContext, entry: AuditEntry): Promise<void> {
  try {
    await context.withClient((client) => client.access.recordAction(entry));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const what = `${entry.action} ${entry.target ?? ''} ${JSON.stringify(entry.request)}`;
    context.surroundings.stderr.write(`dagctl: this could not be written into the audit log: ${what}: ${why}\n`);
  }
}
