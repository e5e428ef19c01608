import { stoppedMembers } from '../world/reachable.js';
import { effectiveStatus, isActive } from '../world/state.js';
import type { WorldStore } from '../world/store.js';
import type { ClientConfiguration } from './configuration.js';
import type { Output } from './output.js';

const KEY_WIDTH = 36;

export const dotted = (key: string, value: string): string => `${`${key} `.padEnd(KEY_WIDTH, '.')} ${value}`;

export function title(output: Output, text: string): void {
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
