import { Paper, Select, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { MaintenanceView } from '#contracts';
import { useMay } from '../api/session.js';
import { drainOf } from '../model/maintenance.js';
import type { Overview } from '../model/overview.js';
import { DrainPanel } from './drain-panel.js';

interface DrainsProps {
  readonly overview: Overview;
  readonly maintenance: MaintenanceView;
}

/** Which members get no new work, and, for those who may, draining another. */
export function Drains({ overview: { members }, maintenance }: DrainsProps) {
  const mayOperate = useMay('operator');
  const [chosen, setChosen] = useState<string | null>(null);
  const named = (id: string) => members.find((member) => member.id === id) ?? { id, name: id.toUpperCase() };
  const free = members.filter(({ id }) => drainOf(maintenance, id) === null);
  return (
    <section aria-label="Drained members">
      <Title order={2} size="h4">
        Drained members
      </Title>
      <Text className="muted" size="sm" mb="xs">
        A drained member gets no new work; what waits there goes elsewhere.
      </Text>
      {maintenance.drains.length === 0 && <Text>None is drained.</Text>}
      <Stack gap="sm">
        {maintenance.drains.map((drain) => (
          <Paper key={drain.member} withBorder p="md" component="section" aria-label={named(drain.member).name}>
            <Title order={3} size="h5">
              {named(drain.member).name}
            </Title>
            <DrainPanel member={named(drain.member)} drain={drain} />
          </Paper>
        ))}
        {mayOperate && (
          <Select
            label="Drain a member"
            placeholder="Choose one"
            clearable
            searchable
            data={free.map(({ id, name }) => ({ value: id, label: name }))}
            value={chosen}
            onChange={setChosen}
            maw={320}
          />
        )}
        {mayOperate && chosen !== null && drainOf(maintenance, chosen) === null && (
          <DrainPanel member={named(chosen)} drain={null} />
        )}
      </Stack>
    </section>
  );
}
