import { Checkbox, List, Select, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Explanation, ReplayView, RunView } from '#contracts';
import { call } from '../api/http.js';
import { duration } from '../model/times.js';
import { DataTable } from '../shell/data-table.js';
import { Moment } from '../shell/moment.js';
import { ProblemAlert } from '../shell/problem-alert.js';

interface ExplainPanelProps {
  readonly run: RunView;
  readonly database: string | null;
  readonly onChoose: (database: string | null) => void;
}

/** Why this copy on this member, and why none of the others. */
export function ExplainPanel({ run, database, onChoose }: ExplainPanelProps) {
  const names = [...new Set(run.tasks.map(({ databaseName }) => databaseName))].toSorted();
  const [isAgain, setIsAgain] = useState(false);
  const explanation = useQuery({
    // Asked again when the database's attempts change: each has a decision of its own.
    queryKey: [
      'explanation',
      run.runId,
      database,
      isAgain,
      run.tasks.find(({ databaseName }) => databaseName === database)?.attempts.length,
    ],
    queryFn: () =>
      call<Explanation>(
        'GET',
        `/runs/${run.runId}/explanation?database=${encodeURIComponent(database ?? '')}&replay=${isAgain}`,
      ),
    enabled: database !== null,
  });
  return (
    <Stack gap="sm">
      <Select
        label="Database"
        placeholder="Choose one"
        searchable
        data={names}
        value={database}
        onChange={onChoose}
        maw={320}
      />
      <Checkbox
        label="Make the decisions again from what was stored with them, and compare"
        checked={isAgain}
        onChange={(event) => setIsAgain(event.currentTarget.checked)}
      />
      <ProblemAlert error={explanation.error} />
      {explanation.data?.decisions.length === 0 && <Text className="muted">Nothing was decided about it yet.</Text>}
      {explanation.data?.plan && <Replay what="The plan as a whole, made again" replay={explanation.data.plan} />}
      {explanation.data?.decisions.map((decision) => (
        <section key={`${decision.taskId} ${decision.at}`}>
          <Text fw={600}>
            <Moment at={decision.at} />: {decision.summary}
          </Text>
          {decision.replay && <Replay what="Made again" replay={decision.replay} />}
          <DataTable columns={['Member', 'Verdict', 'Tier', 'Begins after', 'Takes', 'Because']} minWidthPx={760}>
            {decision.candidates.map((candidate) => (
              <Table.Tr key={candidate.member}>
                <Table.Td>{candidate.member.toUpperCase()}</Table.Td>
                <Table.Td className={`short ${candidate.chosen ? 'well' : candidate.eligible ? 'muted' : 'ill'}`}>
                  {candidate.chosen ? 'chosen' : (candidate.rule ?? 'eligible')}
                </Table.Td>
                <Table.Td>{candidate.score?.tier ?? ''}</Table.Td>
                <Table.Td className="short">{candidate.score ? duration(candidate.score.startInMs) : ''}</Table.Td>
                <Table.Td className="short">{candidate.score ? duration(candidate.score.durationMs) : ''}</Table.Td>
                <Table.Td>{candidate.reason}</Table.Td>
              </Table.Tr>
            ))}
          </DataTable>
        </section>
      ))}
    </Stack>
  );
}

const REPLAY_TEXTS: Readonly<Record<ReplayView['outcome'], string>> = {
  same: 'the same',
  different: 'it comes out differently',
  notStored: 'not possible, what it was made from was not stored then',
};

/** How a decision comes out when it is made again. */
function Replay({ what, replay: { outcome, differences } }: { readonly what: string; readonly replay: ReplayView }) {
  return (
    <>
      <Text size="sm" className={outcome === 'different' ? 'changing' : 'muted'}>
        {what}: {REPLAY_TEXTS[outcome]}
      </Text>
      <List size="sm">
        {differences.map((difference) => (
          <List.Item key={difference}>{difference}</List.Item>
        ))}
      </List>
    </>
  );
}
