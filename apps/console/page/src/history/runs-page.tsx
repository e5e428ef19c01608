import { Anchor, Button, Stack, Table, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import type { RunSummary } from '#contracts';
import { call } from '../api/http.js';
import { newestFirst } from '../model/overview.js';
import { toneOf } from '../model/run-status.js';
import { words } from '../model/words.js';
import { duration } from '../model/times.js';
import { useLiveOverview } from '../api/live.js';
import { DataTable } from '../shell/data-table.js';
import { Empty } from '../shell/empty.js';
import { Moment } from '../shell/moment.js';
import { ProblemAlert } from '../shell/problem-alert.js';
import { withEarlier } from './earlier-runs.js';

/** The most that the conductor gives in one answer. */
const RUNS_MAX = 500;
/** As many as the live view tells of; where there are fewer, there are no earlier ones. */
const RUNS_LIVE = 50;

/** What ran and runs, newest first. */
export function RunsPage() {
  const { view } = useLiveOverview();
  const [isWithEarlier, setIsWithEarlier] = useState(false);
  const earlier = useQuery({
    queryKey: ['runs', RUNS_MAX],
    queryFn: () => call<{ readonly runs: readonly RunSummary[] }>('GET', `/runs?limit=${RUNS_MAX}`),
    enabled: isWithEarlier,
  });
  const live = newestFirst(view?.runs ?? []);
  const runs = withEarlier(live, earlier.data?.runs ?? []);
  return (
    <Stack>
      <Title order={1} size="h3">
        History
      </Title>
      {view !== null && runs.length === 0 && (
        <Empty title="Nothing ran yet">Start a backup here, or with: dagctl backup --wait</Empty>
      )}
      {runs.length > 0 && (
        <DataTable columns={['Run', 'Status', 'Databases', 'Asked for', 'By', 'Took', 'Exit code']} minWidthPx={720}>
          {runs.map((run) => (
            <Table.Tr key={run.runId}>
              <Table.Td>
                <Anchor component={Link} size="sm" className="short" to={`/runs/${run.runId}`}>
                  {run.kind ?? 'backup'} {run.runId.slice(0, 8)}
                </Anchor>
              </Table.Td>
              <Table.Td className={`short ${toneOf(run.status)}`}>{words(run.status)}</Table.Td>
              <Table.Td>
                {run.tasksEnded} of {run.tasksTotal}
              </Table.Td>
              <Table.Td>
                <Moment at={run.requestedAt} />
              </Table.Td>
              <Table.Td>{run.requestedBy ?? ''}</Table.Td>
              <Table.Td>
                {run.endedAt === null ? '' : duration(Date.parse(run.endedAt) - Date.parse(run.requestedAt))}
              </Table.Td>
              <Table.Td>{run.exitCode ?? ''}</Table.Td>
            </Table.Tr>
          ))}
        </DataTable>
      )}
      <ProblemAlert error={earlier.error} />
      {live.length >= RUNS_LIVE && earlier.data === undefined && (
        <Button variant="default" w="fit-content" loading={earlier.isFetching} onClick={() => setIsWithEarlier(true)}>
          Earlier runs, too
        </Button>
      )}
    </Stack>
  );
}
