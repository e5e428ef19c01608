import { Button, Progress, Table } from '@mantine/core';
import type { TaskView } from '#contracts';
import { words } from '../model/words.js';
import { bytes } from '../model/bytes.js';
import { toneOf } from '../model/run-status.js';
import { DataTable } from '../shell/data-table.js';

const PERCENT = 100;

interface TaskTableProps {
  readonly tasks: readonly TaskView[];
  readonly onChoose: (databaseName: string) => void;
}

/** Every database of a run with its outcome and the reason of it. */
export function TaskTable({ tasks, onChoose }: TaskTableProps) {
  if (tasks.length === 0) return <p className="muted">The run has no database yet.</p>;
  return (
    <DataTable columns={['Database', 'Status', 'Where', 'Done', 'Because']} minWidthPx={720} maxHeightPx={520}>
      {tasks.map((task) => (
        <Table.Tr key={task.taskId} data-database={task.databaseName} data-status={task.status}>
          <Table.Td>
            <Button variant="transparent" size="compact-sm" px={0} onClick={() => onChoose(task.databaseName)}>
              {task.databaseName}
              {task.copyNumber > 1 ? ` (${task.copyNumber})` : ''}
            </Button>
          </Table.Td>
          <Table.Td className={`short ${toneOf(task.status)}`}>{words(task.status)}</Table.Td>
          <Table.Td>
            {task.attempts.map(({ member }) => member.toUpperCase()).join(' → ') || task.member?.toUpperCase() || ''}
          </Table.Td>
          <Table.Td className="short">
            <Progress value={share(task)} aria-label={`${task.databaseName}: ${share(task)} percent`} />
            {bytes(task.bytesDone)} of {bytes(task.sizeBytes)}
          </Table.Td>
          <Table.Td>
            {task.blocked !== null && (
              <>
                {task.blocked.reason} <span className="muted">({task.blocked.rule})</span>.{' '}
              </>
            )}
            {task.reason}
            {task.rule !== null && <span className="muted"> (rule {task.rule})</span>}
          </Table.Td>
        </Table.Tr>
      ))}
    </DataTable>
  );
}

function share({ status, bytesDone, sizeBytes }: TaskView): number {
  if (status === 'succeeded') return PERCENT;
  return Number(sizeBytes) === 0 ? 0 : Math.min(PERCENT, Math.round((PERCENT * Number(bytesDone)) / Number(sizeBytes)));
}
