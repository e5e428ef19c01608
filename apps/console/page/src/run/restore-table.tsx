import { Accordion, Alert, List, Text } from '@mantine/core';
import type { RestoreTaskView } from '#contracts';
import { toneOf } from '../model/run-status.js';
import { words } from '../model/words.js';
import { bytes } from '../model/bytes.js';

/** Every database of a restore with its steps, what was undone, and what is left to a person. */
export function RestoreTable({ tasks }: { readonly tasks: readonly RestoreTaskView[] }) {
  return (
    <Accordion multiple defaultValue={tasks.map(({ taskId }) => taskId)} variant="separated">
      {tasks.map((task) => (
        <Accordion.Item
          key={task.taskId}
          value={task.taskId}
          data-database={task.databaseName}
          data-status={task.status}
        >
          <Accordion.Control>
            <strong>{task.databaseName}</strong> <span className={toneOf(task.status)}>{words(task.status)}</span>{' '}
            <span className="muted">
              to {task.target}
              {task.member === null ? '' : ` on ${task.member.toUpperCase()}`}, {bytes(task.bytesDone)} of{' '}
              {bytes(task.sizeBytes)}
            </span>
          </Accordion.Control>
          <Accordion.Panel>
            <Text size="sm">{task.reason}</Text>
            {task.remainingCommands.length > 0 && (
              <Alert color="red" title="A person must do this, in this order" role="alert" my="xs">
                <pre className="commands">{task.remainingCommands.join('\n')}</pre>
              </Alert>
            )}
            <List size="sm" type="ordered">
              {task.steps.map((step) => (
                <List.Item key={step.number} data-step={step.kind} data-outcome={step.outcome ?? 'live'}>
                  {step.purpose === 'undo' && <strong className="changing">undo: </strong>}
                  {step.text} <span className={toneOf(step.outcome ?? 'running')}>{step.outcome ?? 'at work'}</span>
                  {step.failure && <span className="ill"> {step.failure.message}</span>}
                </List.Item>
              ))}
            </List>
          </Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  );
}
