import { Alert, Button, List, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import type { BackupList, BackupView } from '#contracts';
import { call } from '../api/http.js';
import { useLiveOverview } from '../api/live.js';
import { databaseNames, memberChoices } from '../model/choosable.js';
import { nameOf } from '../model/problems.js';
import { Fields } from '../shell/fields.js';
import { Empty } from '../shell/empty.js';
import { ProblemAlert } from '../shell/problem-alert.js';
import { cataloguePath, type CatalogueFilter } from './catalogue-filter.js';
import { CatalogueTable } from './catalogue-table.js';

/** The backups that exist, whoever made them. */
export function CataloguePage() {
  const { view } = useLiveOverview();
  const [search] = useSearchParams();
  const [filter, setFilter] = useState<CatalogueFilter>({
    database: search.get('database'),
    member: null,
    since: '',
    until: '',
    at: '',
  });
  // Asking the clients takes them a while, so it is done when a person wants it.
  const [isFresh, setIsFresh] = useState(false);
  const change = (part: Partial<CatalogueFilter>): void => {
    setIsFresh(false);
    setFilter((now) => ({ ...now, ...part }));
  };
  const catalogue = useQuery({
    queryKey: ['catalogue', filter, isFresh],
    queryFn: () => call<BackupList>('GET', cataloguePath(filter, isFresh)),
  });
  const failing = (catalogue.data?.sources ?? []).filter(({ problem }) => problem !== null);
  const members = view?.members ?? [];
  return (
    <Stack>
      <Title order={1} size="h3">
        Backups
      </Title>
      <Fields>
        <Select
          label="Database"
          placeholder="All"
          clearable
          searchable
          data={[...databaseNames(view)]}
          value={filter.database}
          onChange={(database) => change({ database })}
        />
        <Select
          label="Made on"
          placeholder="Any member"
          clearable
          data={[...memberChoices(view)]}
          value={filter.member}
          onChange={(member) => change({ member })}
        />
        <MomentInput label="Made since" value={filter.since} onChange={(since) => change({ since })} />
        <MomentInput label="Made until" value={filter.until} onChange={(until) => change({ until })} />
        <MomentInput label="For a restore to" value={filter.at} onChange={(at) => change({ at })} />
        <Button variant="default" w="fit-content" loading={catalogue.isFetching} onClick={() => setIsFresh(true)}>
          Ask the backup clients
        </Button>
      </Fields>
      <ProblemAlert error={catalogue.error} />
      {failing.length > 0 && (
        <Alert color="orange" title="Not every backup client could be asked" role="alert">
          <List size="sm">
            {failing.map(({ member, problem }) => (
              <List.Item key={member}>
                {nameOf(member, members)}: {problem}
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
      {catalogue.data?.backups.length === 0 && (
        <Empty title="No backup is known that fits">
          Change the filter above, ask the backup clients, or start a backup.
        </Empty>
      )}
      {catalogue.data && catalogue.data.backups.length > 0 && (
        <>
          <Text size="sm" className="muted">
            {catalogue.data.backups.length} of {catalogue.data.total} backups, the newest of each database first.
          </Text>
          <CatalogueTable backups={newestFirst(catalogue.data.backups)} nameOfMember={(id) => nameOf(id, members)} />
        </>
      )}
    </Stack>
  );
}

interface MomentInputProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function MomentInput({ label, value, onChange }: MomentInputProps) {
  return (
    <TextInput
      label={label}
      type="datetime-local"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

/** They come by database, from the oldest to the newest. */
function newestFirst(backups: readonly BackupView[]): readonly BackupView[] {
  return backups.toSorted(
    (a, b) =>
      a.databaseName.localeCompare(b.databaseName, 'en', { numeric: true }) || b.startedAt.localeCompare(a.startedAt),
  );
}
