import type { MaintenanceView } from '#contracts';
import { drainOf, loadOf } from '../model/maintenance.js';
import type { LiveMember } from '../model/overview.js';
import { memberProblems } from '../model/problems.js';
import { localAndUtc, relative } from '../model/times.js';
import type { CellProps } from './cell.js';

interface MemberHeadProps extends CellProps {
  readonly member: LiveMember;
  readonly maintenance: MaintenanceView | null;
  readonly activeCopies: number;
  readonly nowMs: number;
}

/** A member: whether it has a client and a living agent, how much is active there, and what it does. */
export function MemberHead({ member, maintenance, activeCopies, nowMs, cell, isPlace }: MemberHeadProps) {
  const problems = memberProblems(member);
  const drain = drainOf(maintenance, member.id);
  const client = clientText(member);
  const reported = member.agent.reportedAt === null ? '' : `, ${relative(member.agent.reportedAt, nowMs)}`;
  const title = [
    member.name,
    client,
    `agent ${member.agent.state}`,
    member.agent.reportedAt === null ? '' : `reported ${localAndUtc(member.agent.reportedAt)}`,
    drain === null ? '' : `drained: ${drain.reason}`,
    ...problems,
  ];
  return (
    <div
      className="matrix-cell"
      role="columnheader"
      data-member={member.id}
      data-cell={cell}
      tabIndex={isPlace ? 0 : -1}
      title={title.filter((text) => text !== '').join('\n')}
    >
      <strong className={problems.length > 0 ? 'ill' : ''}>{member.name}</strong>{' '}
      <span className="muted">{activeCopies} active</span>
      <div className={member.agent.state === 'alive' ? 'well' : 'ill'}>
        agent {member.agent.state}
        <span className="muted">{reported}</span>
      </div>
      <div className={member.client.installed === true ? 'muted' : 'ill'}>{client}</div>
      {drain === null ? (
        <div className="muted">{loadText(maintenance, member.id)}</div>
      ) : (
        <div className="changing" data-drained>
          drained: {drain.reason}
        </div>
      )}
    </div>
  );
}

export function clientText({ client: { installed, version } }: LiveMember): string {
  if (installed === null) return 'client not known';
  return installed ? `client ${version ?? ''}`.trim() : 'no client';
}

export function loadText(maintenance: MaintenanceView | null, memberId: string): string {
  const load = loadOf(maintenance, memberId);
  if (load === null) return 'load not known';
  return load.used === 0 ? 'nothing at work' : `${load.used} at work${load.limit === null ? '' : ` of ${load.limit}`}`;
}
