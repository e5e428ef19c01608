import { Select, TextInput } from '@mantine/core';
import { TARGET_TEXTS } from '../model/asked.js';
import { choicesOf, databaseNames, memberChoices } from '../model/choosable.js';
import type { ChoicesProps } from './restore-choices.js';
import type { RestoreChoice } from './restore-choice.js';

const WITH_A_MEMBER: readonly RestoreChoice['target'][] = ['server', 'recovery', 'removeRecovery', 'files'];

/** Over the database itself, or somewhere where it disturbs nobody. */
export function ToWhere({ overview, choice, onChange }: ChoicesProps) {
  const { target } = choice;
  return (
    <>
      <Select
        label="To where"
        description="What it becomes"
        allowDeselect={false}
        data={choicesOf(TARGET_TEXTS)}
        value={target}
        onChange={(value) => onChange({ target: value ?? 'original' })}
      />
      {target === 'database' && (
        <Select
          label="Over which database"
          description="What is in it now is lost"
          searchable
          data={[...databaseNames(overview)]}
          value={choice.toDatabase}
          onChange={(toDatabase) => onChange({ toDatabase })}
        />
      )}
      {WITH_A_MEMBER.includes(target) && (
        <Select
          label="On which member"
          description={target === 'server' ? 'Where it is to be from now on' : 'None chosen: the conductor chooses'}
          clearable
          data={[...memberChoices(overview)]}
          value={choice.toMember}
          onChange={(toMember) => onChange({ toMember })}
        />
      )}
      {target === 'files' && (
        <TextInput
          label="Into which folder"
          description="Of that member; each database has its own in it"
          placeholder="D:\Restored"
          value={choice.toPath}
          onChange={(event) => onChange({ toPath: event.currentTarget.value })}
        />
      )}
    </>
  );
}
