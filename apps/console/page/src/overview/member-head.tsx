import type { LiveMember } from '../model/overview.js';
import { memberProblems } from '../model/problems.js';
import { local, relative } from '../model/times.js';

interface MemberHeadProps {
  readonly member: LiveMember;
  readonly activeCopies: number;
  readonly nowMs: number;
}

/** A member: whether it has a client and a living agent, and how much is active there. */
export function MemberHead({ member, activeCopies, nowMs }: MemberHeadProps) {
  const problems = memberProblems(member);
  const client =
    member.client.installed === true
      ? `client ${member.client.version ?? ''}`
      : member.client.installed === false
        ? 'no client'
        : 'client not known';
  const reported = member.agent.reportedAt === null ? '' : `, ${relative(member.agent.reportedAt, nowMs)}`;
  const title = [
    member.name,
    `Exchange ${member.exchangeVersion ?? 'version not known'}`,
    client,
    `agent ${member.agent.state}`,
    member.agent.reportedAt === null ? '' : `reported ${local(member.agent.reportedAt)}`,
    ...problems,
  ];
  return (
    <div
      className="matrix-cell"
      role="columnheader"
      data-member={member.id}
      title={title.filter((text) => text !== '').join('\n')}
    >
      <strong className={problems.length > 0 ? 'ill' : ''}>{member.name}</strong>{' '}
      <span className="muted">{activeCopies} active</span>
      <div className={member.agent.state === 'alive' ? 'well' : 'ill'}>
        agent {member.agent.state}
        <span className="muted">{reported}</span>
      </div>
      <div className={member.client.installed === true ? 'muted' : 'ill'}>{client.trim()}</div>
    </div>
  );
}
