import { Alert, Badge, Group, List, Loader, Slider, Stack, Tabs, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams } from 'react-router';
import type { RunView } from '#contracts';
import { call } from '../api/http.js';
import { useLiveOverview, useRun } from '../api/live.js';
import { useMay } from '../api/session.js';
import { askedFor } from '../model/asked.js';
import { namingOf } from '../model/maintenance.js';
import { words } from '../model/words.js';
import { isOver, toneOf } from '../model/run-status.js';
import { duration, localClock } from '../model/times.js';
import { AskFirst } from '../shell/ask-first.js';
import { Facts } from '../shell/facts.js';
import { Moment, useNow } from '../shell/moment.js';
import { ProblemAlert } from '../shell/problem-alert.js';
import { Accounting } from './accounting.js';
import { ExplainPanel } from './explain-panel.js';
import { GanttChart } from './gantt-chart.js';
import { HistoryList } from './history-list.js';
import { RestoreTable } from './restore-table.js';
import { TaskTable } from './task-table.js';

/** One run, live while it goes on; a finished one can be played again. */
export function RunPage() {
  const { runId = '' } = useParams();
  const { view: run, trouble } = useRun(runId);
  if (run) return <RunDetails key={run.runId} run={run} />;
  return trouble === null ? (
    <Loader aria-label="Waiting for the run" />
  ) : (
    <Alert color="red" title="The run cannot be shown" role="alert">
      {trouble}
    </Alert>
  );
}

function RunDetails({ run }: { readonly run: RunView }) {
  const { view: overview } = useLiveOverview();
  const over = isOver(run.status);
  const nowMs = useNow(!over);
  const startMs = Date.parse(run.requestedAt);
  const endMs = run.endedAt === null ? nowMs : Date.parse(run.endedAt);
  const [replayMs, setReplayMs] = useState<number | null>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const [tab, setTab] = useState<string | null>('databases');
  const choose = (database: string): void => {
    // The steps of a restore tell all there is; a backup's database has been weighed.
    if (run.kind === 'restore') return;
    setChosen(database);
    setTab('explain');
  };
  const naming = namingOf(overview ?? { dags: [], members: [] });
  return (
    <Stack gap="sm">
      <Head run={run} endMs={endMs} />
      {run.warnings.length > 0 && (
        <List size="sm" aria-label="Warnings">
          {run.warnings.map((warning) => (
            <List.Item key={warning} className="changing">
              {warning}
            </List.Item>
          ))}
        </List>
      )}
      <GanttChart run={run} atMs={replayMs ?? endMs} onChoose={choose} />
      {over && endMs > startMs && (
        <>
          <Text size="sm" className="muted">
            Shown as it was at {localClock(replayMs ?? endMs)}; move the slider to see it go on.
          </Text>
          <Slider
            thumbLabel="Moment that the chart shows"
            min={startMs}
            max={endMs}
            value={replayMs ?? endMs}
            onChange={setReplayMs}
            label={(ms) => localClock(ms)}
          />
        </>
      )}
      <Tabs value={tab} onChange={setTab} keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="databases">Databases</Tabs.Tab>
          {run.kind !== 'restore' && <Tabs.Tab value="explain">Why there?</Tabs.Tab>}
          {run.kind !== 'restore' && <Tabs.Tab value="accounting">Accounting</Tabs.Tab>}
          <Tabs.Tab value="history">History</Tabs.Tab>
          <Tabs.Tab value="asked">What was asked</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="databases" pt="sm">
          {run.restore ? <RestoreTable tasks={run.restore.tasks} /> : <TaskTable tasks={run.tasks} onChoose={choose} />}
        </Tabs.Panel>
        <Tabs.Panel value="explain" pt="sm">
          <ExplainPanel run={run} database={chosen} onChoose={setChosen} />
        </Tabs.Panel>
        <Tabs.Panel value="accounting" pt="sm">
          <Accounting accounting={run.accounting} />
        </Tabs.Panel>
        <Tabs.Panel value="history" pt="sm">
          <HistoryList log={run.log} />
        </Tabs.Panel>
        <Tabs.Panel value="asked" pt="sm">
          <Facts facts={askedFor(run, naming)} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

function Head({ run, endMs }: { readonly run: RunView; readonly endMs: number }) {
  const mayOperate = useMay('operator');
  const cancel = useMutation({ mutationFn: () => call('POST', `/runs/${run.runId}/cancel`) });
  return (
    <>
      <Group justify="space-between">
        <Title order={1} size="h3">
          {run.kind === 'restore' ? 'Restore' : 'Backup'} {run.runId.slice(0, 8)}{' '}
          <Badge variant="outline" color="gray" size="lg">
            <span className={toneOf(run.status)}>{words(run.status)}</span>
          </Badge>
        </Title>
        {mayOperate && !isOver(run.status) && (
          <AskFirst
            label="Cancel the run"
            question="What runs is stopped, and what waits is left."
            yes="Cancel it"
            no="Let it go on"
            loading={cancel.isPending}
            disabled={run.status === 'cancelling'}
            onYes={() => cancel.mutate()}
          />
        )}
      </Group>
      <Text>{run.reason}</Text>
      <Text size="sm" className="muted">
        Asked for {run.requestedBy ? `by ${run.requestedBy} ` : ''}at <Moment at={run.requestedAt} />,{' '}
        {run.endedAt === null ? 'at work for' : 'took'} {duration(endMs - Date.parse(run.requestedAt))}
        {run.exitCode === null ? '' : `, exit code ${run.exitCode}`}.
        {run.kind !== 'restore' && ` ${countersText(run.counters)}`}
      </Text>
      <ProblemAlert error={cancel.error} />
    </>
  );
}

/** What went otherwise than planned; a restore goes nowhere else. */
function countersText({ failovers, agentsLost, reroutes }: RunView['counters']): string {
  return `Failovers ${failovers}, agents lost ${agentsLost}, gone on elsewhere ${reroutes}.`;
}
