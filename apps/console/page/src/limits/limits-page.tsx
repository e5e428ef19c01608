import { Button, Loader, Paper, Select, Stack, Table, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { DefaultWindowView, LimitView, MaintenanceAnswer, MaintenanceView } from '#contracts';
import { call } from '../api/http.js';
import { useLiveOverview } from '../api/live.js';
import { useMay } from '../api/session.js';
import { SCOPE_TEXTS, drainOf, limitText, namingOf, periodTexts, usedText, type Naming } from '../model/maintenance.js';
import type { Overview } from '../model/overview.js';
import { DataTable } from '../shell/data-table.js';
import { Empty } from '../shell/empty.js';
import { Moment } from '../shell/moment.js';
import { ProblemAlert } from '../shell/problem-alert.js';
import { DrainPanel } from './drain-panel.js';
import { LimitForm } from './limit-form.js';

/** How much may run at once, when, and which members get no new work. */
export function LimitsPage() {
  const { view } = useLiveOverview();
  return (
    <Stack>
      <Title order={1} size="h3">
        Limits
      </Title>
      {view === null ? (
        <Loader aria-label="Waiting for the conductor" />
      ) : view.maintenance === null ? (
        <Empty title="The conductor does not answer">
          Limits and drained members are its to tell. What it did last is under History; see that its service runs.
        </Empty>
      ) : (
        <>
          <Limits maintenance={view.maintenance} naming={namingOf(view)} />
          <LimitForm overview={view} />
          <Window view={view.maintenance.defaultWindow} />
          <Drains overview={view} maintenance={view.maintenance} />
        </>
      )}
    </Stack>
  );
}

interface LimitsProps {
  readonly maintenance: MaintenanceView;
  readonly naming: Naming;
}

function Limits({ maintenance, naming }: LimitsProps) {
  const of = ({ scope, name }: LimitView): string => (name === null ? 'each' : naming(scope, name));
  const mayAdminister = useMay('administrator');
  const reset = useMutation({
    mutationFn: ({ scope, name }: LimitView) =>
      call<MaintenanceAnswer>('POST', '/limits', {
        body: { changes: [{ scope, value: null, ...(name === null ? {} : { name }) }] },
        idempotencyKey: crypto.randomUUID(),
      }),
  });
  return (
    <>
      <DataTable columns={['Limit', 'Of', 'In force', 'In use', 'Since', 'Action']} minWidthPx={720}>
        {maintenance.limits.map((limit) => (
          <Table.Tr key={`${limit.scope} ${limit.name ?? ''}`} data-limit={limit.scope} data-name={limit.name ?? ''}>
            <Table.Td>{SCOPE_TEXTS[limit.scope]}</Table.Td>
            <Table.Td>{limit.scope === 'global' ? 'everything' : of(limit)}</Table.Td>
            <Table.Td fw={600} className="short">
              {limitText(limit)}
            </Table.Td>
            <Table.Td>{usedText(limit, maintenance, naming)}</Table.Td>
            <Table.Td>
              <Origin limit={limit} />
            </Table.Td>
            <Table.Td>
              {limit.isChanged && mayAdminister && (
                <Button
                  size="compact-xs"
                  variant="default"
                  onClick={() => reset.mutate(limit)}
                  aria-label={`${SCOPE_TEXTS[limit.scope]}, ${of(limit)}: back to what is configured`}
                >
                  As configured
                </Button>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </DataTable>
      <ProblemAlert error={reset.error} />
    </>
  );
}

function Origin({ limit: { isChanged, changedAt, changedBy, reason } }: { readonly limit: LimitView }) {
  if (!isChanged || changedAt === null) return <span className="muted">configuration</span>;
  return (
    <>
      <Moment at={changedAt} />
      {changedBy === null ? '' : `, by ${changedBy}`}
      {reason === null ? '' : `: ${reason}`}
    </>
  );
}

function Window({ view }: { readonly view: DefaultWindowView | null }) {
  return (
    <section aria-label="Window">
      <Title order={2} size="h4">
        Window
      </Title>
      {view === null ? (
        <Text>Backups may run at any time, unless their request says otherwise.</Text>
      ) : (
        <>
          <Text>
            Backups whose request has no window of its own: {periodTexts(view.window).join('; ')} (
            {view.window.timeZone}). When it closes, what still runs{' '}
            {view.window.whenClosed === 'stop' ? 'is stopped' : 'may finish'}.
          </Text>
          <Text>
            Now it is{' '}
            <strong className={view.mayStart ? 'well' : 'changing'}>
              {view.mayStart ? 'open' : view.isOpen ? 'open, and nothing new is started' : 'closed'}
            </strong>
            {view.changesAt !== null && (
              <>
                {' '}
                until <Moment at={view.changesAt} />
              </>
            )}
            .
          </Text>
        </>
      )}
    </section>
  );
}

interface DrainsProps {
  readonly overview: Overview;
  readonly maintenance: MaintenanceView;
}

function Drains({ overview: { members }, maintenance }: DrainsProps) {
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
