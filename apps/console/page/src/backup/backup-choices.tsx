import { MultiSelect, NumberInput, Select } from '@mantine/core';
import { COPY_TEXTS } from '../model/asked.js';
import { choicesOf, dagChoices, databaseNames, memberChoices } from '../model/choosable.js';
import type { Overview } from '../model/overview.js';
import { Fields } from '../shell/fields.js';
import type { BackupChoice } from './backup-choice.js';

interface BackupChoicesProps {
  readonly overview: Overview | null;
  readonly choice: BackupChoice;
  readonly onChange: (part: Partial<BackupChoice>) => void;
}

/** What is chosen for nearly every backup: of what, and of which copies. */
export function BackupChoices({ overview, choice, onChange }: BackupChoicesProps) {
  return (
    <Fields>
      <MultiSelect
        label="DAGs"
        searchable
        description="None chosen: all, and what is in none"
        data={[...dagChoices(overview)]}
        value={[...choice.dags]}
        onChange={(dags) => onChange({ dags })}
      />
      <MultiSelect
        label="Databases"
        description="None chosen: all of the DAGs"
        searchable
        data={[...databaseNames(overview)]}
        value={[...choice.databases]}
        onChange={(databases) => onChange({ databases })}
      />
      <MultiSelect
        label="Leave out members"
        searchable
        description="They do nothing in this run"
        data={[...memberChoices(overview)]}
        value={[...choice.excludeMembers]}
        onChange={(excludeMembers) => onChange({ excludeMembers })}
      />
      <Select
        label="Type"
        allowDeselect={false}
        data={['full', 'copy', 'incremental', 'differential']}
        value={choice.backupType}
        onChange={(value) => onChange({ backupType: value ?? 'full' })}
      />
      <Select
        label="Which copy"
        allowDeselect={false}
        data={choicesOf(COPY_TEXTS)}
        value={choice.copyPreference}
        onChange={(value) => onChange({ copyPreference: value ?? 'preferPassive' })}
      />
      <NumberInput
        label="Backups of each database"
        min={1}
        max={15}
        value={choice.copiesPerDatabase}
        onChange={(value) => onChange({ copiesPerDatabase: Number(value) || 1 })}
      />
    </Fields>
  );
}
