import { Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { BackupList, BackupView } from '#contracts';
import { call } from '../api/http.js';
import { bytes } from '../model/bytes.js';
import { local } from '../model/times.js';
import { ProblemAlert } from '../shell/problem-alert.js';
import type { ChoicesProps } from './restore-choices.js';
import { onlyDatabase } from './restore-choice.js';

/** The newest, a point in time, or one backup out of the catalogue. */
export function FromWhen({ choice, onChange }: ChoicesProps) {
  const only = onlyDatabase(choice);
  return (
    <>
      <Select
        label="From when"
        description={only === undefined ? 'Of one database alone also a given backup' : 'What comes back'}
        allowDeselect={false}
        data={[
          { value: 'newest', label: 'The newest backup' },
          { value: 'time', label: 'A point in time' },
          { value: 'backup', label: 'A given backup', disabled: only === undefined },
        ]}
        value={choice.point}
        onChange={(value) => onChange({ point: value ?? 'newest' })}
      />
      {choice.point === 'time' && (
        <TextInput
          label="Point in time"
          description="In your time zone; the last backup not after it"
          type="datetime-local"
          step={1}
          value={choice.at}
          onChange={(event) => onChange({ at: event.currentTarget.value })}
        />
      )}
      {choice.point === 'backup' && only !== undefined && (
        <WhichBackup database={only} choice={choice} onChange={onChange} />
      )}
    </>
  );
}

function WhichBackup({ database, choice, onChange }: Omit<ChoicesProps, 'overview'> & { readonly database: string }) {
  const catalogue = useQuery({
    queryKey: ['catalogue', database],
    queryFn: () => call<BackupList>('GET', `/catalogue?database=${encodeURIComponent(database)}`),
  });
  const backups = catalogue.data?.backups ?? [];
  return (
    <>
      <Select
        label="Which backup"
        description="With what it builds on"
        placeholder={catalogue.isPending ? 'Looking into the catalogue' : 'Choose one'}
        nothingFoundMessage="There is none in the catalogue: ask the backup clients, on the page Backups"
        data={backups.toReversed().map((backup) => ({ value: backup.id, label: textOf(backup) }))}
        value={choice.backupId}
        onChange={(backupId) => onChange({ backupId })}
      />
      <ProblemAlert error={catalogue.error} />
    </>
  );
}

function textOf({ startedAt, backupType, sizeBytes, active }: BackupView): string {
  return [local(startedAt), backupType, sizeBytes === null ? '' : bytes(sizeBytes), active === false ? 'inactive' : '']
    .filter((text) => text !== '')
    .join(', ');
}
