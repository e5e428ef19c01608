import { Anchor, Group, Paper, Progress, Text } from '@mantine/core';
import { Link } from 'react-router';
import type { RunSummary } from '#contracts';
import { newestFirst } from '../model/overview.js';
import { isOver } from '../model/run-status.js';
import { words } from '../model/words.js';

/** The runs that are at work, each with how far it is. */
export function ActiveRuns({ runs }: { readonly runs: readonly RunSummary[] }) {
  const active = newestFirst(runs).filter(({ status }) => !isOver(status));
  if (active.length === 0) return null;
  return (
    <Paper withBorder p="sm" component="section" aria-label="Runs at work">
      {active.map((run) => (
        <Group key={run.runId} justify="space-between" wrap="nowrap">
          <Anchor component={Link} to={`/runs/${run.runId}`}>
            {run.kind === 'restore' ? 'Restore' : 'Backup'} {run.runId.slice(0, 8)}
          </Anchor>
          <Text size="sm">
            {words(run.status)}, {run.tasksEnded} of {run.tasksTotal} databases
          </Text>
          <Progress
            w="40%"
            value={run.tasksTotal === 0 ? 0 : (100 * run.tasksEnded) / run.tasksTotal}
            aria-label={`Progress of run ${run.runId.slice(0, 8)}`}
          />
        </Group>
      ))}
    </Paper>
  );
}
