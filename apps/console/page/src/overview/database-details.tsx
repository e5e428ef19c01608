import { Anchor, Group, List, Stack, Table } from '@mantine/core';
import { Link } from 'react-router';
import { useMay } from '../api/session.js';
import { bytes } from '../model/bytes.js';
import type { LiveDatabase, Overview } from '../model/overview.js';
import { copyHealth, nameOf, problemsOf } from '../model/problems.js';
import { duration } from '../model/times.js';
import { DataTable } from '../shell/data-table.js';
import { Ago, Moment, useNow } from '../shell/moment.js';
import { Facts } from '../shell/facts.js';

interface DatabaseDetailsProps {
  readonly database: LiveDatabase;
  readonly overview: Overview;
}

const KINDS = {
  dag: 'in a DAG',
  standalone: 'stand-alone',
  publicFolder: 'public folder',
  recovery: 'recovery',
} as const;

/** Everything known of a database and its copies, and where to go on from here. */
export function DatabaseDetails({ database, overview: { members } }: DatabaseDetailsProps) {
  const nowMs = useNow();
  const mayOperate = useMay('operator');
  const mayAdminister = useMay('administrator');
  const problems = problemsOf(database, members);
  const query = `?database=${encodeURIComponent(database.name)}`;
  const moment = (at: string | null) => (at === null ? null : <Moment at={at} />);
  return (
    <Stack gap="sm">
      {problems.length > 0 && (
        <List className="ill" size="sm">
          {problems.map((problem) => (
            <List.Item key={problem}>{problem}</List.Item>
          ))}
        </List>
      )}
      <Facts
        facts={[
          ['Kind', KINDS[database.kind]],
          ['Active on', database.activeMember === null ? 'not known' : nameOf(database.activeMember, members)],
          ['Size', database.sizeBytes === null ? null : bytes(database.sizeBytes)],
          ['Circular logging', yesOrNo(database.circularLogging)],
          ['Backing up now', yesOrNo(database.backupInProgress)],
          ['Last full backup', moment(database.lastFullBackupAt) ?? 'never'],
          ['Last incremental', moment(database.lastIncrementalBackupAt)],
          ['Last differential', moment(database.lastDifferentialBackupAt)],
          ['Last copy backup', moment(database.lastCopyBackupAt)],
        ]}
      />
      <DataTable columns={['Copy on', 'Role', 'Status', 'To copy, to replay', 'Lag', 'Seen']} minWidthPx={620}>
        {database.copies.map((copy) => (
          <Table.Tr key={copy.member}>
            <Table.Td>{nameOf(copy.member, members)}</Table.Td>
            <Table.Td>
              {copy.role}
              {copy.activationPreference === null ? '' : `, preference ${copy.activationPreference}`}
            </Table.Td>
            <Table.Td className={copyHealth(copy)}>
              {copy.status}
              {copy.suspendComment ? <span className="muted"> {copy.suspendComment}</span> : ''}
            </Table.Td>
            <Table.Td>
              {copy.copyQueueLength ?? '?'}, {copy.replayQueueLength ?? '?'}
            </Table.Td>
            <Table.Td>{copy.replayLagMs === null ? 'not known' : duration(copy.replayLagMs)}</Table.Td>
            <Table.Td>
              by {nameOf(copy.observedBy, members)}, <Ago at={copy.observedAt} nowMs={nowMs} />
            </Table.Td>
          </Table.Tr>
        ))}
      </DataTable>
      <Group>
        <Anchor component={Link} to={`/backups${query}`}>
          Its backups
        </Anchor>
        {mayOperate && database.kind !== 'recovery' && (
          <Anchor component={Link} to={`/backup${query}`}>
            Back it up
          </Anchor>
        )}
        {mayAdminister && database.kind !== 'recovery' && (
          <Anchor component={Link} to={`/restore${query}`}>
            Restore it
          </Anchor>
        )}
      </Group>
    </Stack>
  );
}

function yesOrNo(value: boolean | null): string {
  return value === null ? 'not known' : value ? 'yes' : 'no';
}
