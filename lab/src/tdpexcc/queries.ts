import { stoppedMembers } from '../world/moves.js';
import { isStorageServerUp } from '../world/operations.js';
import type { StoredBackupRow } from '../world/rows.js';
import { effectiveStatus, isActive } from '../world/state.js';
import type { WorldStore } from '../world/store.js';
import type { ClientCommand } from './command-line.js';
import type { ClientConfiguration } from './configuration.js';
import { serverUnreachable } from './failure.js';
import { stamp, type Output } from './output.js';

const KEY_WIDTH = 36;

const dotted = (key: string, value: string): string => `${`${key} `.padEnd(KEY_WIDTH, '.')} ${value}`;

function title(output: Output, text: string): void {
  output.lines([text, '-'.repeat(text.length), '']);
}

export function queryTdp(configuration: ClientConfiguration, member: string, output: Output): void {
  title(output, 'Data Protection for Exchange Preferences');
  output.lines([
    dotted('BACKUPDESTination', 'TSM'),
    dotted('CLIENTAccessserver', ''),
    dotted('DAGNODe', configuration.dagNode),
    dotted('DATEformat', '1'),
    dotted('LANGuage', 'ENU'),
    dotted('LOCALDSMAgentnode', member),
    dotted('LOGFile', configuration.logFile),
    dotted('LOGPrune', '60'),
    dotted('MOUNTWait', 'Yes'),
    dotted('NUMberformat', '1'),
    dotted('REMOTEDSMAgentnode', ''),
    dotted('TIMEformat', '1'),
    '',
  ]);
}

/** The shape of the real output is not known (reference 4.4); this one follows what is remembered of it. */
export function queryExchange(store: WorldStore, member: string, output: Output): void {
  title(output, 'Microsoft Exchange Server Information');
  const server = store.member(member);
  const isStopped = stoppedMembers(store);
  output.lines([
    dotted('Server Name', server.name),
    dotted('Domain Name', server.fqdn.slice(server.name.length + 1)),
    '',
  ]);
  for (const database of store.databases()) {
    const copies = store.copiesOf(database.guid);
    const copy = copies.find((each) => each.member === member);
    if (copy === undefined) continue;
    const role = isActive(copy, database) ? 'Active' : 'Passive';
    output.lines([
      database.name,
      `   Circular Logging - ${database.circularLogging === 1 ? 'Enabled' : 'Disabled'}`,
      `   DAG Status       - ${copies.length > 1 ? role : 'None'}`,
      `   Recovery         - ${database.kind === 'recovery' ? 'True' : 'False'}`,
      `   Copy Status      - ${effectiveStatus(copy, database, isStopped)}`,
      '',
    ]);
  }
}

export function queryTsm(
  store: WorldStore,
  command: Extract<ClientCommand, { readonly kind: 'queryTsm' }>,
  configuration: ClientConfiguration,
  output: Output,
): void {
  if (!isStorageServerUp(store)) throw serverUnreachable();
  const { databases, type } = command;
  if (databases === null) {
    title(output, 'Storage Protect Server Connection Information');
    output.lines([
      dotted('Nodename', configuration.dagNode),
      dotted('Server Name', 'LAB'),
      dotted('Server Version', 'Version 8, Release 1, Level 0.0'),
      '',
    ]);
    return;
  }
  const names = new Map(store.databases().map((each) => [each.guid, each.name]));
  title(output, `Backups of node ${configuration.dagNode}`);
  const stored = store.all<StoredBackupRow>('SELECT * FROM storedBackups ORDER BY objectName');
  for (const backup of stored) {
    const name = names.get(backup.database) ?? backup.database;
    if (databases !== '*' && !databases.includes(name)) continue;
    if (type !== null && backup.type !== type) continue;
    output.line(
      `${stamp(new Date(backup.startedAt))}  ${name}  ${backup.bytes}  VSS ${backup.type}  Srv  ${backup.objectName} (${backup.member})`,
    );
  }
  output.line('');
}
