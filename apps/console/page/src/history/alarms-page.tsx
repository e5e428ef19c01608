import { Anchor, Button, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import type { AlarmView } from '#contracts';
import { call } from '../api/http.js';
import { useMay } from '../api/session.js';
import { Empty } from '../shell/empty.js';
import { Moment } from '../shell/moment.js';
import { ProblemAlert } from '../shell/problem-alert.js';
import { useAlarms } from './alarms.js';
import { HealthPart } from './health-part.js';

/** What waits for a person, and what somebody should look at. */
export function AlarmsPage() {
  const { alarms, error, isPending } = useAlarms();
  return (
    <Stack>
      <Title order={1} size="h3">
        Alarms
      </Title>
      <ProblemAlert error={error} />
      {!isPending && error === null && alarms.length === 0 && (
        <Empty title="No alarm stands">Nothing waits for a person.</Empty>
      )}
      {alarms.map((alarm) => (
        <Alarm key={alarm.alarmId} alarm={alarm} />
      ))}
      <HealthPart />
    </Stack>
  );
}

function Alarm({ alarm }: { readonly alarm: AlarmView }) {
  const mayOperate = useMay('operator');
  const queries = useQueryClient();
  const [note, setNote] = useState('');
  const acknowledge = useMutation({
    mutationFn: () =>
      call('POST', `/alarms/${encodeURIComponent(alarm.alarmId)}/acknowledgement`, {
        body: note === '' ? {} : { note },
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['alarms'] }),
  });
  return (
    <Paper withBorder p="md" component="section" aria-label={`Alarm about ${alarm.databaseName}`}>
      <Title order={2} size="h5" className="ill">
        {alarm.databaseName}
      </Title>
      <Text>{alarm.text}</Text>
      <Text size="sm" className="muted">
        Since <Moment at={alarm.raisedAt} />, from run{' '}
        <Anchor component={Link} to={`/runs/${alarm.runId}`} size="sm" underline="always">
          {alarm.runId.slice(0, 8)}
        </Anchor>
      </Text>
      {alarm.commands.length > 0 && (
        <>
          <Text size="sm" mt="xs">
            To be done, in this order:
          </Text>
          <pre className="commands">{alarm.commands.join('\n')}</pre>
        </>
      )}
      {mayOperate && alarm.kind === 'attention' && (
        <Stack gap="xs" mt="sm" align="start">
          <TextInput
            label="Note"
            placeholder="What was done about it"
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
            w="100%"
            maw={480}
          />
          <Button loading={acknowledge.isPending} onClick={() => acknowledge.mutate()}>
            Acknowledge
          </Button>
        </Stack>
      )}
      <ProblemAlert error={acknowledge.error} />
    </Paper>
  );
}
