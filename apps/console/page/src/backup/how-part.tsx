import { MultiSelect, Select } from '@mantine/core';
import { FAILOVER_TEXTS, SPREAD_TEXTS } from '../model/asked.js';
import { choicesOf } from '../model/choosable.js';
import { Fields } from '../shell/fields.js';
import { Part } from '../shell/part.js';
import { chosenIn } from './backup-choice.js';
import type { PartProps } from './more-choices.js';

/** Which members and copies are taken, where that is left open above. */
export function HowPart({ choice, onChange, members }: PartProps) {
  return (
    <Part value="how" title="How" chosen={chosenIn(choice).how}>
      <Fields>
        <MultiSelect
          label="Members taken first"
          searchable
          description="Among copies that are equal otherwise"
          data={[...members]}
          value={[...choice.preferMembers]}
          onChange={(preferMembers) => onChange({ preferMembers })}
        />
        <Select
          label="On a failover"
          description="Where a backup goes on"
          placeholder={choice.copyPreference === 'passiveOnly' ? 'At the best copy' : 'At the active copy'}
          clearable
          data={choicesOf(FAILOVER_TEXTS)}
          value={choice.onFailover}
          onChange={(onFailover) => onChange({ onFailover })}
        />
        <Select
          label="Backups of a database must not share"
          description="Where there are several"
          allowDeselect={false}
          data={choicesOf(SPREAD_TEXTS)}
          value={choice.spread}
          onChange={(spread) => onChange({ spread: spread ?? 'member' })}
        />
      </Fields>
    </Part>
  );
}
