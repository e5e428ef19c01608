import { commandQueue, type DoctorFinding, type MemberView } from '#contracts';
import type { QueueLoad } from '#messaging';
import { formatDuration } from '../../progress/format.js';
import type { DoctorFacts } from '../facts.js';
import { inAnswer, limited, type Findings } from '../finding.js';
import { REPORT_AGE_MS } from '../limits.js';
import { counted, members as named } from '../words.js';

const SEE = 'dagctl members';

/** Is each agent there, and does it take orders. */
export function checkAgents({ snapshot, memberQueues }: DoctorFacts): readonly DoctorFinding[] {
  return inAnswer('agents', snapshot, ({ members }, say) => {
    if (members.length === 0) {
      return [say.warning('The inventory knows no member: no agent has reported. Start the agents.')];
    }
    const loads = new Map(
      memberQueues.kind === 'answered' ? memberQueues.value.map(({ name, load }) => [name, load]) : [],
    );
    const found = members.flatMap((member) => agentFinding(member, loads.get(commandQueue(member.id)) ?? null, say));
    return found.length > 0
      ? limited(found, say, SEE)
      : [say.ok(`${counted(members.length, 'member')}: every agent is alive and takes orders.`)];
  });
}

function agentFinding({ name, agent }: MemberView, load: QueueLoad | null, say: Findings): readonly DoctorFinding[] {
  const kept = load && load.messages > 0 ? ` ${counted(load.messages, 'order')} wait for it.` : '';
  switch (agent.state) {
    case 'alive':
      if (load?.consumers !== 0) return [];
      return [
        say.problem(
          `The agent of ${name} lives, but takes no orders: nobody consumes its queue.${kept} See its log.`,
          SEE,
        ),
      ];
    case 'silent': {
      const last = agent.reportAgeMs === null ? '' : ` for ${formatDuration(agent.reportAgeMs)} at the most`;
      const state =
        load && load.consumers > 0
          ? 'It is still connected to the broker, so its process hangs, or its connection has just broken: look at its machine, and start it again.'
          : 'It is not connected to the broker either: start it, and see its machine and its way to the broker.';
      return [
        say.problem(
          `The agent of ${name} is silent${last}; it gets nothing new, and its work goes elsewhere.${kept} ${state}`,
          SEE,
        ),
      ];
    }
    case 'never':
      return [
        say.warning(
          `No agent has ever reported from ${name}; nothing is backed up there. Set one up, if backups are to run there.`,
          SEE,
        ),
      ];
    default: {
      const unknown: never = agent.state;
      throw new Error(`unknown state of an agent ${String(unknown)}`);
    }
  }
}

/** Is what is known of the members recent. */
export function checkReports({ snapshot }: DoctorFacts): readonly DoctorFinding[] {
  return inAnswer('reports', snapshot, ({ members }, say) => {
    const alive = members.filter(({ agent }) => agent.state === 'alive');
    const found = alive.flatMap(({ name, agent: { reportAgeMs } }) => {
      if (reportAgeMs !== null && reportAgeMs < REPORT_AGE_MS) return [];
      const seen = reportAgeMs === null ? 'has never reported' : `has not reported for ${formatDuration(reportAgeMs)}`;
      const text = `The agent of ${name} lives and ${seen}: it cannot look at Exchange. See host.gone in its log, the Exchange shell, and the rights of its user.`;
      return [say.warning(text, SEE)];
    });
    if (found.length > 0) return limited(found, say, SEE);
    const oldestMs = Math.max(0, ...alive.map(({ agent }) => agent.reportAgeMs ?? 0));
    return [
      say.ok(
        alive.length === 0
          ? 'No agent is alive that could report.'
          : `The oldest report of ${counted(alive.length, 'living agent')} is ${formatDuration(oldestMs)} old.`,
      ),
    ];
  });
}

/** Has each member with an agent a backup client that works. */
export function checkClients({ snapshot }: DoctorFacts): readonly DoctorFinding[] {
  return inAnswer('clients', snapshot, ({ members }, say) => {
    const alive = members.filter(({ agent }) => agent.state === 'alive');
    const found = alive.flatMap(({ name, client: { installed } }) => {
      if (installed === true) return [];
      const seen =
        installed === false ? 'There is no backup client on' : 'Nobody can say whether there is a backup client on';
      const text = `${seen} ${name}; nothing is backed up there. Install it, or correct tdpexcc.command of its agent.`;
      return [say.warning(text, SEE)];
    });
    if (found.length > 0) return limited(found, say, SEE);
    const versions = [...new Set(alive.map(({ client }) => client.version ?? 'not known'))].toSorted();
    return [
      say.ok(
        `${counted(alive.length, 'member')} with an agent ${alive.length === 1 ? 'has' : 'have'} a backup client${alive.length === 0 ? '' : ` (version ${versions.join(', ')})`}.`,
      ),
    ];
  });
}

/** What the agents say of themselves. */
export function checkAgentWarnings({ snapshot }: DoctorFacts): readonly DoctorFinding[] {
  return inAnswer('agent-warnings', snapshot, ({ members }, say) => {
    const found = members.flatMap(({ name, warnings }) =>
      warnings.map((warning) => say.warning(`The agent of ${name} warns: ${warning}`, SEE)),
    );
    return found.length > 0 ? limited(found, say, SEE) : [say.ok('No agent warns of anything.')];
  });
}

/** Members that get nothing new because somebody said so: good to know, and no fault. */
export function checkDrains({ maintenance }: DoctorFacts): readonly DoctorFinding[] {
  return inAnswer('drains', maintenance, ({ drains }, say) => {
    if (drains.length === 0) return [say.ok('No member is drained.')];
    return drains.map(({ member, reason, since }) =>
      say.ok(
        `${named([member])} is drained since ${since.slice(0, 16).replace('T', ' ')}Z (${reason}) and gets no new work.`,
      ),
    );
  });
}
