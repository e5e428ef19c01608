import { Button, Checkbox, MultiSelect, Select, Stack, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import type { BackupList, RestorePreflight, RestoreRequest, RunView } from '#contracts';
import { call } from '../api/http.js';
import { bytes } from '../model/bytes.js';
import { local } from '../model/times.js';
import { useLiveOverview } from '../api/live.js';
import { ProblemAlert } from '../shell/problem-alert.js';
import { Confirmations } from './confirmations.js';
import { PreflightView } from './preflight-view.js';
import { NO_RESTORE, canStart, isComplete, restoreOf, toConfirm, type RestoreChoice } from './restore-choice.js';

/** Choose what, from when and to where; look at every step; type the names of what is overwritten; start. */
export function RestorePage() {
  const [search] = useSearchParams();
  const [choice, setChoice] = useState<RestoreChoice>({ ...NO_RESTORE, databases: search.getAll('database') });
  const [confirmed, setConfirmed] = useState<readonly string[]>([]);
  const [key, setKey] = useState(() => crypto.randomUUID());
  const navigate = useNavigate();
  const preflight = useMutation({
    mutationFn: (request: RestoreRequest) => call<RestorePreflight>('POST', '/restores/preflight', { body: request }),
  });
  const start = useMutation({
    mutationFn: (request: RestoreRequest) => call<RunView>('POST', '/restores', { body: request, idempotencyKey: key }),
    onSuccess: (run) => navigate(`/runs/${run.runId}`),
  });
  const change = (part: Partial<RestoreChoice>): void => {
    setChoice({ ...choice, ...part });
    setConfirmed([]);
    setKey(crypto.randomUUID());
    preflight.reset();
    start.reset();
  };
  const needed = preflight.data ? toConfirm(preflight.data) : [];
  const isPossible = preflight.data !== undefined && canStart(preflight.data);
  return (
    <Stack gap="sm">
      <Title order={1} size="h3">
        Restore
      </Title>
      <Choices choice={choice} onChange={change} />
      <Button
        variant="default"
        w="fit-content"
        disabled={!isComplete(choice)}
        loading={preflight.isPending}
        onClick={() => preflight.mutate(restoreOf(choice, []))}
      >
        Show what would happen
      </Button>
      <ProblemAlert error={preflight.error} />
      {preflight.data && <PreflightView preflight={preflight.data} />}
      {isPossible && (
        <>
          <Confirmations names={needed} onChange={setConfirmed} />
          <Button
            color="red"
            w="fit-content"
            disabled={!needed.every((name) => confirmed.includes(name))}
            loading={start.isPending}
            onClick={() => start.mutate(restoreOf(choice, needed))}
          >
            Start the restore
          </Button>
        </>
      )}
      <ProblemAlert error={start.error} />
    </Stack>
  );
}

interface ChoicesProps {
  readonly choice: RestoreChoice;
  readonly onChange: (part: Partial<RestoreChoice>) => void;
}

function Choices({ choice, onChange }: ChoicesProps) {
  const { view } = useLiveOverview();
  const names = [
    ...new Set((view?.databases ?? []).filter(({ kind }) => kind !== 'recovery').map(({ name }) => name)),
  ].toSorted();
  const members = (view?.members ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const { target } = choice;
  return (
    <>
      <MultiSelect
        label="Databases"
        searchable
        data={names}
        value={[...choice.databases]}
        onChange={(databases) => onChange({ databases })}
      />
      <MultiSelect
        label="Or whole DAGs"
        searchable
        description="Every database of them, instead of single ones"
        data={(view?.dags ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        value={[...choice.dags]}
        onChange={(dags) => onChange({ dags })}
      />
      <FromWhen choice={choice} onChange={onChange} />
      <Select
        label="To where"
        allowDeselect={false}
        data={[
          { value: 'original', label: 'Over the database itself' },
          { value: 'recovery', label: 'Into a recovery database' },
          { value: 'removeRecovery', label: 'Take its recovery database away again' },
          { value: 'database', label: 'Over another database' },
          { value: 'server', label: 'To another server' },
          { value: 'files', label: 'Only the files, into a folder' },
        ]}
        value={target}
        onChange={(value) => onChange({ target: value ?? 'original' })}
      />
      {target === 'database' && (
        <Select
          label="Over which database"
          searchable
          data={names}
          value={choice.toDatabase}
          onChange={(toDatabase) => onChange({ toDatabase })}
        />
      )}
      {['server', 'recovery', 'removeRecovery', 'files'].includes(target) && (
        <Select
          label="On which member"
          description={target === 'server' ? undefined : 'None chosen: the conductor chooses'}
          clearable
          data={members}
          value={choice.toMember}
          onChange={(toMember) => onChange({ toMember })}
        />
      )}
      {target === 'files' && (
        <TextInput
          label="Into which folder"
          placeholder="D:\Restored"
          value={choice.toPath}
          onChange={(event) => onChange({ toPath: event.currentTarget.value })}
        />
      )}
      <MultiSelect
        label="Leave out the copies on"
        searchable
        description="Members whose servers are away; their copies have to be reseeded by hand when they are back"
        data={members}
        value={[...choice.withoutCopiesOn]}
        onChange={(withoutCopiesOn) => onChange({ withoutCopiesOn })}
      />
      <Checkbox
        label="Cancel a backup of it that runs"
        description="Otherwise the restore waits for it."
        checked={choice.cancelBackup}
        onChange={(event) => onChange({ cancelBackup: event.currentTarget.checked })}
      />
      <Checkbox
        label="Take a new full backup afterwards"
        description="A restore breaks the chain of backups; the next one has to be a full."
        checked={choice.takeFullAfter}
        onChange={(event) => onChange({ takeFullAfter: event.currentTarget.checked })}
      />
    </>
  );
}

/** The newest, a point in time, or one backup out of the catalogue. */
function FromWhen({ choice, onChange }: ChoicesProps) {
  const [only] = choice.databases.length === 1 ? choice.databases : [];
  const catalogue = useQuery({
    queryKey: ['catalogue', only],
    queryFn: () => call<BackupList>('GET', `/catalogue?database=${encodeURIComponent(only ?? '')}`),
    enabled: choice.point === 'backup' && only !== undefined,
  });
  return (
    <>
      <Select
        label="From when"
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
          type="datetime-local"
          step={1}
          value={choice.at}
          onChange={(event) => onChange({ at: event.currentTarget.value })}
        />
      )}
      {choice.point === 'backup' && (
        <>
          <Select
            label="Which backup"
            placeholder={catalogue.isPending ? 'Looking into the catalogue' : 'Choose one'}
            data={(catalogue.data?.backups ?? []).toReversed().map((backup) => ({
              value: backup.id,
              label: `${local(backup.startedAt)}, ${backup.backupType}${backup.sizeBytes === null ? '' : `, ${bytes(backup.sizeBytes)}`}${backup.active === false ? ', inactive' : ''}`,
            }))}
            value={choice.backupId}
            onChange={(backupId) => onChange({ backupId })}
          />
          <ProblemAlert error={catalogue.error} />
        </>
      )}
    </>
  );
}
