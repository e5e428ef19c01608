import { commandQueue, displayName, type DoctorFinding, type MemberView } from '#contracts';
import type { QueueLoad } from '#messaging';
import { formatDuration } from '../../progress/format.js';
import { inAnswer, these, type Check, type Findings } from '../finding.js';
import { REPORT_AGE_MS } from '../limits.js';
import { counted, minuteOf } from '../words.js';

const SEE = 'dagctl members';

/** Is each agent there, and does it take orders. */
export const checkAgents: Check = ({ snapshot, memberQueues }, say) =>
  inAnswer(snapshot, say, ({ members }) => {
    if (members.length === 0) {
      return [say.warning('The inventory knows no member: no agent has reported. Start the agents.')];
    }
    const queues = memberQueues.kind === 'answered' ? memberQueues.value : [];
    const found = members.flatMap((member) => {
      const load = queues.find(({ name }) => name === commandQueue(member.id))?.load ?? null;
      return agentFinding(member, load, say);
    });
    return these(found, say, {
      see: SEE,
      well: () => `${counted(members.length, 'member')}: every agent is alive and takes orders.`,
    });
  });

function agentFinding({ name, agent }: MemberView, load: QueueLoad | null, say: Findings): readonly DoctorFinding[] {
  const kept = load && load.messages > 0 ? ` Waiting for it: ${counted(load.messages, 'order')}.` : '';
  switch (agent.state) {
    case 'alive': {
      if (load?.consumers !== 0) return [];
      const text = `The agent of ${name} lives, but takes no orders: nobody consumes its queue.${kept} See its log.`;
      return [say.problem(text, SEE)];
    }
    case 'silent': {
      const last = agent.reportAgeMs === null ? '' : ` (its last report is ${formatDuration(agent.reportAgeMs)} old)`;
      const text = `The agent of ${name} is silent${last}; it gets nothing new, and its work goes elsewhere.${kept} ${whySilent(load)}`;
      return [say.problem(text, SEE)];
    }
    case 'never': {
      const text = `No agent has ever reported from ${name}; nothing is backed up there. Set one up, if backups are to run there.`;
      return [say.warning(text, SEE)];
    }
    default: {
      const unknown: never = agent.state;
      throw new Error(`unknown state of an agent ${String(unknown)}`);
    }
  }
}

function whySilent(load: QueueLoad | null): string {
  if (load === null) return 'Start it, and see its machine and its way to the broker.';
  return load.consumers > 0
    ? 'It is still connected to the broker, so its process hangs, or has just lost contact: look at its machine, and start it again.'
    : 'It is not connected to the broker: start it, and see its machine and its way to the broker.';
}

function isAlive({ agent }: MemberView): boolean {
  return agent.state === 'alive';
}

/** Is what is known of the members recent. */
export const checkReports: Check = ({ snapshot }, say) =>
  inAnswer(snapshot, say, ({ members }) => {
    const alive = members.filter(isAlive);
    const found = alive.flatMap(({ name, agent: { reportAgeMs } }) => {
      if (reportAgeMs !== null && reportAgeMs < REPORT_AGE_MS) return [];
      const seen = reportAgeMs === null ? 'has never reported' : `has not reported for ${formatDuration(reportAgeMs)}`;
      const text = `The agent of ${name} lives and ${seen}: it cannot look at Exchange. See host.gone in its log, the Exchange shell, and the rights of its user.`;
      return [say.warning(text, SEE)];
    });
    const oldestMs = Math.max(0, ...alive.map(({ agent }) => agent.reportAgeMs ?? 0));
    return these(found, say, {
      see: SEE,
      well: () =>
        alive.length === 0
          ? 'No agent is alive that could report.'
          : `The oldest report of ${counted(alive.length, 'living agent')} is ${formatDuration(oldestMs)} old.`,
    });
  });

/** Has each member with an agent a backup client that works. */
export const checkClients: Check = ({ snapshot }, say) =>
  inAnswer(snapshot, say, ({ members }) => {
    const alive = members.filter(isAlive);
    const found = alive.flatMap(({ name, client: { installed } }) => {
      if (installed === true) return [];
      const seen =
        installed === false ? 'There is no backup client' : 'Nobody can say whether there is a backup client';
      const text = `${seen} on ${name}; nothing is backed up there. Install it, or correct tdpexcc.command of its agent.`;
      return [say.warning(text, SEE)];
    });
    const versions = [...new Set(alive.map(({ client }) => client.version ?? 'not known'))].toSorted();
    return these(found, say, {
      see: SEE,
      well: () =>
        alive.length === 0
          ? 'No agent is alive that could tell of its client.'
          : `${counted(alive.length, 'member')} with an agent and a backup client (version ${versions.join(', ')}).`,
    });
  });

/** What the agents say of themselves. */
export const checkAgentWarnings: Check = ({ snapshot }, say) =>
  inAnswer(snapshot, say, ({ members }) => {
    const found = members.flatMap(({ name, warnings }) =>
      [...new Set(warnings)].map((warning) => say.warning(`The agent of ${name} warns: ${warning}`, SEE)),
    );
    return these(found, say, { see: SEE, well: () => 'No agent warns of anything.' });
  });

/** Members that get nothing new because somebody said so: good to know, and no fault. */
export const checkDrains: Check = ({ maintenance }, say) =>
  inAnswer(maintenance, say, ({ drains }) => {
    const told = drains.map(({ member, reason, since }) =>
      say.ok(`${displayName(member)} is drained since ${minuteOf(since)} (${reason}) and gets no new work.`),
    );
    return these(told, say, { see: 'dagctl limits show', well: () => 'No member is drained.' });
  });
