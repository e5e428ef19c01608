import { Checkbox, Group, Loader, Select, Stack, TextInput, Title } from '@mantine/core';
import { lazy, Suspense, useCallback, useDeferredValue, useMemo, useState } from 'react';
import { dagChoices, type Choosable } from '../model/choosable.js';
import { matrixOf, type MatrixFilter } from '../model/matrix.js';
import { Empty } from '../shell/empty.js';
import { ActiveRuns } from './active-runs.js';
import { Matrix, type Chosen } from './matrix.js';
import { useLiveOverview } from '../api/live.js';

const Details = lazy(async () => ({ default: (await import('./details.js')).Details }));

const NO_FILTER: MatrixFilter = { text: '', dag: null, onlyProblems: false };

/** Databases by members, as they are now. */
export function OverviewPage() {
  const { view } = useLiveOverview();
  const [filter, setFilter] = useState(NO_FILTER);
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const close = useCallback(() => setChosen(null), []);
  const shown = useDeferredValue(filter);
  const groups = useMemo(() => (view ? matrixOf(view, shown) : []), [view, shown]);
  return (
    <Stack gap="sm">
      <Title order={1} size="h3">
        Overview
      </Title>
      {view === null ? (
        <Loader aria-label="Waiting for the inventory" />
      ) : (
        <>
          <ActiveRuns runs={view.runs} />
          <Filters filter={filter} dags={dagChoices(view)} onChange={setFilter} />
          {view.databases.length === 0 ? (
            <Empty title="No database is known yet">
              Start the agent on an Exchange server; what it sees appears here. With no Exchange at hand, try the lab:
              npm run demo -- --keep
            </Empty>
          ) : groups.length === 0 ? (
            <Empty title="Nothing fits the filter">Change the filter above, or take it away.</Empty>
          ) : (
            groups.map((group) => (
              <Matrix key={group.key} group={group} maintenance={view.maintenance} onChoose={setChosen} />
            ))
          )}
          {chosen !== null && (
            <Suspense>
              <Details chosen={chosen} overview={view} onClose={close} />
            </Suspense>
          )}
        </>
      )}
    </Stack>
  );
}

interface FiltersProps {
  readonly filter: MatrixFilter;
  readonly dags: readonly Choosable[];
  readonly onChange: (filter: MatrixFilter) => void;
}

function Filters({ filter, dags, onChange }: FiltersProps) {
  return (
    <Group align="end" gap="md">
      <TextInput
        label="Database"
        placeholder="Part of its name"
        value={filter.text}
        onChange={(event) => onChange({ ...filter, text: event.currentTarget.value })}
      />
      <Select
        label="DAG"
        placeholder="All"
        clearable
        data={[...dags]}
        value={filter.dag}
        onChange={(dag) => onChange({ ...filter, dag })}
      />
      <Checkbox
        mb={8}
        label="Only problems"
        checked={filter.onlyProblems}
        onChange={(event) => onChange({ ...filter, onlyProblems: event.currentTarget.checked })}
      />
    </Group>
  );
}
