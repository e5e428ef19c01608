import { Button, NumberInput, Paper, Select, TextInput, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import type { MaintenanceAnswer } from '#contracts';
import { call } from '../api/http.js';
import { useMay } from '../api/session.js';
import { choicesOf } from '../model/choosable.js';
import { SCOPE_TEXTS } from '../model/maintenance.js';
import type { Overview } from '../model/overview.js';
import { Fields } from '../shell/fields.js';
import { ProblemAlert } from '../shell/problem-alert.js';
import { Notes } from './drain-panel.js';
import { NO_LIMIT_CHOICE, changeOf, namesFor } from './limit-choice.js';

/** Changing one limit, for those who may. It counts at once, also for runs under way. */
export function LimitForm({ overview }: { readonly overview: Overview }) {
  const mayAdminister = useMay('administrator');
  const [choice, setChoice] = useState(NO_LIMIT_CHOICE);
  const [reason, setReason] = useState('');
  const change = useMutation({
    mutationFn: () =>
      call<MaintenanceAnswer>('POST', '/limits', {
        body: { changes: [changeOf(choice)], ...(reason === '' ? {} : { reason }) },
        idempotencyKey: crypto.randomUUID(),
      }),
  });
  if (!mayAdminister) return null;
  const names = namesFor(choice.scope, overview);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    change.mutate();
  };
  return (
    <Paper withBorder p="md" component="section" aria-label="Change a limit">
      <Title order={2} size="h5" mb="xs">
        Change a limit
      </Title>
      <form onSubmit={submit}>
        <Fields>
          <Select
            label="What it counts"
            allowDeselect={false}
            data={choicesOf(SCOPE_TEXTS)}
            value={choice.scope}
            onChange={(scope) => setChoice({ ...choice, scope: scope ?? 'member', name: null })}
          />
          {names === null ? (
            <TextInput
              label="Of which"
              placeholder="Each with none of its own"
              value={choice.name ?? ''}
              onChange={(event) => setChoice({ ...choice, name: event.currentTarget.value })}
            />
          ) : (
            <Select
              label="Of which"
              placeholder={names.length === 0 ? 'Everything' : 'Each with none of its own'}
              disabled={names.length === 0}
              clearable
              searchable
              data={[...names]}
              value={choice.name}
              onChange={(name) => setChoice({ ...choice, name })}
            />
          )}
          <NumberInput
            label={choice.scope === 'startGap' ? 'Seconds' : 'At most'}
            placeholder="As configured"
            min={choice.scope === 'startGap' ? 0 : 1}
            allowDecimal={choice.scope === 'startGap'}
            value={choice.value}
            onChange={(value) => setChoice({ ...choice, value })}
          />
          <TextInput label="Why" value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
        </Fields>
        <Button type="submit" mt="sm" loading={change.isPending}>
          Change it
        </Button>
      </form>
      <ProblemAlert error={change.error} />
      <Notes answer={change.data} />
    </Paper>
  );
}
