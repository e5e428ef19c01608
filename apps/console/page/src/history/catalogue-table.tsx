import { Anchor, Table } from '@mantine/core';
import { Link } from 'react-router';
import type { BackupView } from '#contracts';
import { useMay } from '../api/session.js';
import { bytes } from '../model/bytes.js';
import { DataTable } from '../shell/data-table.js';
import { Moment } from '../shell/moment.js';

interface CatalogueTableProps {
  readonly backups: readonly BackupView[];
  readonly nameOfMember: (id: string) => string;
}

/** Backups, and for those who may the way to the restore of each. */
export function CatalogueTable({ backups, nameOfMember }: CatalogueTableProps) {
  const mayAdminister = useMay('administrator');
  return (
    <DataTable
      columns={['Database', 'Contains it as of', 'Type', 'Size', 'Made on', 'State', 'Id']}
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
            <span className={`short ${isUsable(backup) ? 'well' : 'ill'}`}>{stateOf(backup)}</span>{' '}
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
