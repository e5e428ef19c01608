import { Accordion, Checkbox, MultiSelect, NumberInput, Select } from '@mantine/core';
import { dagChoices, databaseNames, memberChoices } from '../model/choosable.js';
import type { Overview } from '../model/overview.js';
import { Fields } from '../shell/fields.js';
import { Part } from '../shell/part.js';
import { FromWhen } from './from-when.js';
import { chosenInMore, type RestoreChoice } from './restore-choice.js';
import { ToWhere } from './to-where.js';

export interface ChoicesProps {
  readonly overview: Overview | null;
  readonly choice: RestoreChoice;
  readonly onChange: (part: Partial<RestoreChoice>) => void;
}

/** What comes back, from when, and to where. */
export function RestoreChoices(props: ChoicesProps) {
  return (
    <>
      <Fields>
        <Selection {...props} />
      </Fields>
      <Fields>
        <FromWhen {...props} />
      </Fields>
      <Fields>
        <ToWhere {...props} />
      </Fields>
      <More {...props} />
    </>
  );
}

function Selection({ overview, choice, onChange }: ChoicesProps) {
  return (
    <>
      <Select
        label="What"
        description="Nothing is restored by leaving it out"
        allowDeselect={false}
        data={[
          { value: 'databases', label: 'Single databases' },
          { value: 'dags', label: 'Whole DAGs' },
          { value: 'all', label: 'Every database there is' },
        ]}
        value={choice.what}
        // Only of one database can a given backup be chosen.
        onChange={(what) => onChange({ what: what ?? 'databases', ...withoutBackup(choice) })}
      />
      {choice.what === 'databases' && (
        <MultiSelect
          label="Databases"
          description="One or more"
          searchable
          data={[...databaseNames(overview)]}
          value={[...choice.databases]}
          onChange={(databases) => onChange({ databases, ...withoutBackup(choice) })}
        />
      )}
      {choice.what === 'dags' && (
        <MultiSelect
          label="DAGs"
          description="Every database of them"
          searchable
          data={[...dagChoices(overview)]}
          value={[...choice.dags]}
          onChange={(dags) => onChange({ dags })}
        />
      )}
    </>
  );
}

/** What was chosen of another database's backups. */
function withoutBackup({ point }: RestoreChoice): Partial<RestoreChoice> {
  return point === 'backup' ? { point: 'newest', backupId: null } : {};
}

function More({ overview, choice, onChange }: ChoicesProps) {
  return (
    <Accordion variant="separated">
      <Part value="more" title="More" chosen={chosenInMore(choice)}>
        <Fields>
          <NumberInput
            label="Begins within hours, at the latest"
            description="What has touched nothing by then has failed"
            min={0.1}
            max={168}
            value={choice.deadlineHours}
            onChange={(deadlineHours) => onChange({ deadlineHours })}
          />
          <MultiSelect
            label="Leave out the copies on"
            searchable
            description="Members whose servers are away; to be reseeded later, by hand"
            data={[...memberChoices(overview)]}
            value={[...choice.withoutCopiesOn]}
            onChange={(withoutCopiesOn) => onChange({ withoutCopiesOn })}
          />
        </Fields>
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
      </Part>
    </Accordion>
  );
}
