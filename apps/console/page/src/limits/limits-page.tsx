import { Loader, Stack, Title } from '@mantine/core';
import { useLiveOverview } from '../api/live.js';
import { namingOf } from '../model/maintenance.js';
import { Empty } from '../shell/empty.js';
import { Drains } from './drains.js';
import { LimitForm } from './limit-form.js';
import { LimitsTable } from './limits-table.js';
import { WindowView } from './window-view.js';

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
          <LimitsTable maintenance={view.maintenance} naming={namingOf(view)} />
          <LimitForm overview={view} />
          <WindowView view={view.maintenance.defaultWindow} />
          <Drains overview={view} maintenance={view.maintenance} />
        </>
      )}
    </Stack>
  );
}
