import { List, Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ThroughputView } from '#contracts';
import { call } from '../api/http.js';
import { DrainPanel } from '../limits/drain-panel.js';
import { bytes } from '../model/bytes.js';
import { drainOf } from '../model/maintenance.js';
import type { LiveMember, Overview } from '../model/overview.js';
import { memberProblems } from '../model/problems.js';
import { Ago, useNow } from '../shell/moment.js';
import { ProblemAlert } from '../shell/problem-alert.js';
import { Facts } from '../shell/facts.js';
import { clientText, loadText } from './member-head.js';

interface MemberDetailsProps {
  readonly member: LiveMember;
  readonly overview: Overview;
}

/** Everything known of a member, and taking it out of work or back. */
export function MemberDetails({ member, overview }: MemberDetailsProps) {
  const nowMs = useNow();
  const { agent, warnings } = member;
  const rates = useQuery({
    queryKey: ['throughput'],
    queryFn: () => call<{ readonly rates: readonly ThroughputView[] }>('GET', '/throughput'),
  });
  const own = (rates.data?.rates ?? []).filter(({ member: id }) => id === member.id);
  const problems = memberProblems(member).filter((problem) => !warnings.includes(problem));
  const active = overview.databases.filter(({ activeMember }) => activeMember === member.id).length;
  return (
    <Stack gap="sm">
      <Facts
        facts={[
          ['DAG', overview.dags.find(({ id }) => id === member.dag)?.name ?? 'none'],
          ['Site', member.site],
          ['Storage server', member.storageServer],
          ['Exchange', member.exchangeVersion],
          ['Backup client', clientText(member).replace(/^client /, '')],
          ['Agent', agent.version === null ? agent.state : `${agent.state}, version ${agent.version}`],
          ['Reported', agent.reportedAt === null ? 'never' : <Ago at={agent.reportedAt} nowMs={nowMs} />],
          ['Active databases', String(active)],
          ['Load', loadText(overview.maintenance, member.id)],
          ...own.map(
            ({ backupType, bytesPerSecond, observations }) =>
              [`Seen to move (${backupType})`, `${bytes(bytesPerSecond)}/s, in ${observations} backups`] as const,
          ),
        ]}
      />
      <ProblemAlert error={rates.error} />
      {problems.length + warnings.length > 0 && (
        <List className="ill" size="sm">
          {[...problems, ...warnings].map((problem) => (
            <List.Item key={problem}>{problem}</List.Item>
          ))}
        </List>
      )}
      <Title order={3} size="h5">
        New work
      </Title>
      <DrainPanel member={member} drain={drainOf(overview.maintenance, member.id)} />
    </Stack>
  );
}
