import { Button, Checkbox, List, NumberInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import type { DrainView, MaintenanceAnswer } from '#contracts';
import { call } from '../api/http.js';
import { useMay } from '../api/session.js';
import { hoursInMs, type NumberText } from '../model/hours.js';
import { Fields } from '../shell/fields.js';
import { Moment } from '../shell/moment.js';
import { ProblemAlert } from '../shell/problem-alert.js';

const DEADLINE_MAX_HOURS = 168;

interface DrainPanelProps {
  readonly member: { readonly id: string; readonly name: string };
  /** Null: it is not drained. */
  readonly drain: DrainView | null;
}

/** Whether a member gets new work, and, for those who may, changing that. */
export function DrainPanel({ member, drain }: DrainPanelProps) {
  const mayOperate = useMay('operator');
  if (drain) return <Drained member={member} drain={drain} mayOperate={mayOperate} />;
  return mayOperate ? <DrainForm key={member.id} member={member} /> : <Text>It gets new work.</Text>;
}

interface DrainedProps extends DrainPanelProps {
  readonly drain: DrainView;
  readonly mayOperate: boolean;
}

function Drained({ member, drain, mayOperate }: DrainedProps) {
  const { reason, since, requestedBy, deadlineAt, isDeadlinePassed, stopRunning, running } = drain;
  const resume = useMutation({
    mutationFn: () =>
      call<MaintenanceAnswer>('POST', `/members/${member.id}/resume`, { idempotencyKey: crypto.randomUUID() }),
  });
  return (
    <Stack gap="xs" align="start">
      <Text>
        <strong className="changing">Drained</strong>: {reason}
      </Text>
      <Text size="sm">
        Since <Moment at={since} />
        {requestedBy === null ? '' : `, by ${requestedBy}`}.{' '}
        {deadlineAt !== null && (
          <>
            To be free by <Moment at={deadlineAt} />
            {isDeadlinePassed ? ', which has passed' : ''}.{' '}
          </>
        )}
        {running} still at work there; {stopRunning ? 'what then still runs is stopped' : 'what runs may finish'}.
      </Text>
      {mayOperate && (
        <Button variant="default" loading={resume.isPending} onClick={() => resume.mutate()}>
          Give {member.name} work again
        </Button>
      )}
      <ProblemAlert error={resume.error} />
    </Stack>
  );
}

function DrainForm({ member }: { readonly member: DrainPanelProps['member'] }) {
  const [reason, setReason] = useState('');
  const [hours, setHours] = useState<NumberText>('');
  const [stopRunning, setStopRunning] = useState(false);
  const drain = useMutation({
    mutationFn: () =>
      call<MaintenanceAnswer>('POST', `/members/${member.id}/drain`, {
        body: { reason, stopRunning, ...(hours === '' ? {} : { deadlineMs: hoursInMs(hours) }) },
        idempotencyKey: crypto.randomUUID(),
      }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    drain.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Fields across={2}>
          <TextInput
            label="Why it is drained"
            required
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <NumberInput
            label="To be free within hours"
            placeholder="No deadline"
            min={0.1}
            max={DEADLINE_MAX_HOURS}
            value={hours}
            onChange={setHours}
          />
        </Fields>
        <Checkbox
          label="Stop what still runs then (without a deadline: at once); it goes on elsewhere"
          checked={stopRunning}
          onChange={(event) => setStopRunning(event.currentTarget.checked)}
        />
        <Button type="submit" variant="default" w="fit-content" loading={drain.isPending}>
          Give {member.name} no new work
        </Button>
        <ProblemAlert error={drain.error} />
        <Notes answer={drain.data} />
      </Stack>
    </form>
  );
}

/** What is to be noted though it was accepted. */
export function Notes({ answer }: { readonly answer: MaintenanceAnswer | undefined }) {
  if (!answer || answer.notes.length === 0) return null;
  return (
    <List size="sm" role="status">
      {answer.notes.map((note) => (
        <List.Item key={note}>{note}</List.Item>
      ))}
    </List>
  );
}
