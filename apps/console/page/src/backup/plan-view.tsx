import { Alert, List, Table, Text, Title } from '@mantine/core';
import type { PlanDocument, PlanOutcomeWord } from '#contracts';
import { bytes } from '../model/bytes.js';
import { duration } from '../model/times.js';
import { DataTable } from '../shell/data-table.js';
import { Exclusions } from '../shell/exclusions.js';

const OUTCOMES: Readonly<Record<PlanOutcomeWord, { readonly text: string; readonly tone: string }>> = {
  placed: { text: 'will be backed up', tone: 'well' },
  waiting: { text: 'waits for a copy', tone: 'changing' },
  leftOut: { text: 'left out', tone: 'muted' },
  failed: { text: 'cannot be backed up', tone: 'ill' },
  notNeeded: { text: 'not needed', tone: 'muted' },
};

/** What a backup would do: when it would be done, and for each database where, when and why there. */
export function PlanView({ plan }: { readonly plan: PlanDocument }) {
  return (
    <section aria-label="The plan">
      <Title order={2} size="h4">
        The plan
      </Title>
      <Text>
        Expected to take {duration(plan.finishMs)}; no plan whatsoever would take less than {duration(plan.boundMs)}.
      </Text>
      {plan.binding.length > 0 && (
        <Text size="sm" className="muted">
          What keeps it from being quicker: {plan.binding.join('; ')}
        </Text>
      )}
      {plan.window && <Text className={plan.window.late.length > 0 ? 'ill' : 'well'}>{plan.window.text}</Text>}
      {plan.warnings.length > 0 && (
        <Alert color="orange" title="To be noted" my="xs">
          <List size="sm">
            {plan.warnings.map((warning) => (
              <List.Item key={warning}>{warning}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      <Exclusions exclusions={plan.exclusions} />
      <DataTable
        columns={['Database', 'Outcome', 'Where', 'Begins after', 'Done after', 'Size', 'Because']}
        minWidthPx={860}
        maxHeightPx={520}
      >
        {plan.tasks.map((task) => (
          <Table.Tr key={task.taskId} data-planned={task.databaseName} data-outcome={task.outcome}>
            <Table.Td>
              {task.databaseName}
              {task.copyNumber > 1 ? ` (${task.copyNumber})` : ''}
            </Table.Td>
            <Table.Td className={`short ${OUTCOMES[task.outcome].tone}`}>{OUTCOMES[task.outcome].text}</Table.Td>
            <Table.Td>{task.member?.toUpperCase() ?? ''}</Table.Td>
            <Table.Td className="short">{task.startMs === null ? '' : duration(task.startMs)}</Table.Td>
            <Table.Td className="short">{task.endMs === null ? '' : duration(task.endMs)}</Table.Td>
            <Table.Td className="short">{bytes(task.sizeBytes)}</Table.Td>
            <Table.Td>{task.reason}</Table.Td>
          </Table.Tr>
        ))}
      </DataTable>
    </section>
  );
}
