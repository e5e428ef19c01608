import { Anchor, Stack, Table, Title } from '@mantine/core';
import { Link } from 'react-router';
import { newestFirst } from '../model/overview.js';
import { toneOf } from '../model/run-status.js';
import { duration } from '../model/times.js';
import { useLiveOverview } from '../api/live.js';
import { Empty } from '../shell/empty.js';
import { Moment } from '../shell/moment.js';

/** What ran and runs, newest first. */
export function RunsPage() {
  const { view } = useLiveOverview();
  const runs = newestFirst(view?.runs ?? []);
  return (
    <Stack>
      <Title order={1} size="h3">
        History
      </Title>
      {view !== null && runs.length === 0 && (
        <Empty title="Nothing ran yet">Start a backup here, or with: dagctl backup --wait</Empty>
      )}
      {runs.length > 0 && (
        <Table.ScrollContainer minWidth={720}>
          <Table striped>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Run</Table.Th>
                <Table.Th>Status</Table.Th>
                <Table.Th>Databases</Table.Th>
                <Table.Th>Asked for</Table.Th>
                <Table.Th>By</Table.Th>
                <Table.Th>Took</Table.Th>
                <Table.Th>Exit code</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {runs.map((run) => (
                <Table.Tr key={run.runId}>
                  <Table.Td>
                    <Anchor component={Link} to={`/runs/${run.runId}`}>
                      {run.kind ?? 'backup'} {run.runId.slice(0, 8)}
                    </Anchor>
                  </Table.Td>
                  <Table.Td className={toneOf(run.status)}>{run.status}</Table.Td>
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
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Stack>
  );
}
