import { Button, NumberInput, Select, type NumberInputProps } from '@mantine/core';
import { Fields } from '../shell/fields.js';
import { Part } from '../shell/part.js';
import { NO_PRIORITY, chosenIn, type PriorityChoice } from './backup-choice.js';
import type { PartProps } from './more-choices.js';

interface OrderPartProps extends PartProps {
  readonly databases: readonly string[];
}

/** What goes before what: the run among others, and single databases within it and over it. */
export function OrderPart({ choice, onChange, databases }: OrderPartProps) {
  const { databasePriorities: rows } = choice;
  const change = (next: readonly PriorityChoice[]): void => onChange({ databasePriorities: next });
  return (
    <Part value="order" title="In which order" chosen={chosenIn(choice).order}>
      <Fields>
        <Priority
          label="Priority"
          description="Over all runs: 1 last, 9 first, otherwise 5"
          value={choice.priority}
          onChange={(priority) => onChange({ priority })}
        />
      </Fields>
      {rows.map((row, index) => (
        // A row is known by its place: nothing may be chosen in it yet.
        <fieldset key={index} className="row" aria-label={`Database ${index + 1} with a priority of its own`}>
          <Fields>
            <Select
              label="Database"
              aria-label={`Database ${index + 1} with a priority of its own`}
              searchable
              data={[...databases]}
              value={row.database}
              onChange={(database) => change(rows.with(index, { ...row, database }))}
            />
            <Priority
              label="Its priority"
              aria-label={`Its priority, database ${index + 1}`}
              value={row.priority}
              onChange={(priority) => change(rows.with(index, { ...row, priority }))}
            />
            <Button
              variant="subtle"
              w="fit-content"
              aria-label={`Take it away: database ${index + 1} with a priority of its own`}
              onClick={() => change(rows.toSpliced(index, 1))}
            >
              Take it away
            </Button>
          </Fields>
        </fieldset>
      ))}
      <Button variant="default" w="fit-content" onClick={() => change([...rows, NO_PRIORITY])}>
        {rows.length === 0 ? 'A database with a priority of its own' : 'Another database'}
      </Button>
    </Part>
  );
}

function Priority(props: Pick<NumberInputProps, 'label' | 'description' | 'value' | 'onChange' | 'aria-label'>) {
  return <NumberInput min={1} max={9} allowDecimal={false} {...props} />;
}
