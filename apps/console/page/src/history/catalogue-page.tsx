import { Alert, Anchor, Button, List, Select, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import type { BackupList, BackupView } from '#contracts';
import { call } from '../api/http.js';
import { useMay } from '../api/session.js';
import { useLiveOverview } from '../api/live.js';
import { bytes } from '../model/bytes.js';
import { nameOf } from '../model/problems.js';
import { DataTable } from '../shell/data-table.js';
import { Fields } from '../shell/fields.js';
import { Empty } from '../shell/empty.js';
import { Moment } from '../shell/moment.js';
import { ProblemAlert } from '../shell/problem-alert.js';
import { cataloguePath, type CatalogueFilter } from './catalogue-filter.js';

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
    setFilter({ ...filter, ...part });
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
          data={[...new Set((view?.databases ?? []).map(({ name }) => name))].toSorted()}
          value={filter.database}
          onChange={(database) => change({ database })}
        />
        <Select
          label="Made on"
          placeholder="Any member"
          clearable
          data={members.map(({ id, name }) => ({ value: id, label: name }))}
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
          <Backups backups={newestFirst(catalogue.data.backups)} nameOfMember={(id) => nameOf(id, members)} />
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

interface BackupsProps {
  readonly backups: readonly BackupView[];
  readonly nameOfMember: (id: string) => string;
}

function Backups({ backups, nameOfMember }: BackupsProps) {
  const mayAdminister = useMay('administrator');
  return (
    <DataTable
      columns={[
        'Database',
        'Contains it as of',
        'Type',
        'Size',
        'Made on',
        'State',
        'Id',
        ...(mayAdminister ? ['Action'] : []),
      ]}
      minWidthPx={900}
      maxHeightPx={640}
    >
      {backups.map((backup) => (
        <Table.Tr key={backup.id} data-backup={backup.databaseName}>
          <Table.Td>{backup.databaseName}</Table.Td>
          <Table.Td>
            <Moment at={backup.startedAt} />
          </Table.Td>
          <Table.Td>{backup.backupType}</Table.Td>
          <Table.Td className="short">{backup.sizeBytes === null ? '' : bytes(backup.sizeBytes)}</Table.Td>
          <Table.Td>{backup.sourceMember === null ? '' : nameOfMember(backup.sourceMember)}</Table.Td>
          <Table.Td>
            <span className={isUsable(backup) ? 'well' : 'ill'}>{stateOf(backup)}</span>{' '}
            {mayAdminister && isUsable(backup) && (
              <Anchor component={Link} size="sm" to={restorePath(backup)} aria-label={`Restore ${backup.id}`}>
                Restore
              </Anchor>
            )}
          </Table.Td>
          <Table.Td className="muted">{backup.id}</Table.Td>
        </Table.Tr>
      ))}
    </DataTable>
  );
}

function restorePath({ databaseName, id }: BackupView): string {
  return `/restore?${new URLSearchParams({ database: databaseName, backup: id }).toString()}`;
}

function isUsable({ backupType, fullId }: BackupView): boolean {
  return backupType === 'copy' || fullId !== null;
}

function stateOf(backup: BackupView): string {
  if (!isUsable(backup)) return 'its full is missing';
  const listed = backup.origin === 'run' ? 'not listed by a client yet' : 'can be restored';
  return backup.active === false ? `${listed}, inactive` : listed;
}

/** They come by database, from the oldest to the newest. */
function newestFirst(backups: readonly BackupView[]): readonly BackupView[] {
  return backups.toSorted(
    (a, b) =>
      a.databaseName.localeCompare(b.databaseName, 'en', { numeric: true }) || b.startedAt.localeCompare(a.startedAt),
  );
}
