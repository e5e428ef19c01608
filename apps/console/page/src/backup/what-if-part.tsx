import { MultiSelect, NumberInput } from '@mantine/core';
import { Fields } from '../shell/fields.js';
import { Part } from '../shell/part.js';
import { chosenIn } from './backup-choice.js';
import type { PartProps } from './more-choices.js';

/** A world that is not, for the plan alone. */
export function WhatIfPart({ choice, onChange, members }: PartProps) {
  return (
    <Part value="whatIf" title="What if" chosen={chosenIn(choice).whatIf}>
      <Fields>
        <MultiSelect
          label="As if these members were gone"
          searchable
          data={[...members]}
          value={[...choice.withoutMembers]}
          onChange={(withoutMembers) => onChange({ withoutMembers })}
        />
        <NumberInput
          label="As if everything were larger, by %"
          min={0}
          max={1000}
          value={choice.growPercent}
          onChange={(growPercent) => onChange({ growPercent })}
        />
        <NumberInput
          label="Is all done within hours?"
          min={0.1}
          max={168}
          value={choice.withinHours}
          onChange={(withinHours) => onChange({ withinHours })}
        />
      </Fields>
    </Part>
  );
}
