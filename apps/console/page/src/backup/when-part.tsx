import { Button, Checkbox, Group, NumberInput, Select, Text, TextInput } from '@mantine/core';
import { Fields } from '../shell/fields.js';
import { Part } from '../shell/part.js';
import { chosenIn } from './backup-choice.js';
import type { PartProps } from './more-choices.js';
import { EVERY_DAY, NO_PERIOD, ownTimeZone, type PeriodChoice, type WindowChoice } from './period-choice.js';

/** Of some hundred; typing finds the others. */
const ZONES_SHOWN = 60;

/** When it is done: in how many hours, and at which times of the week. */
export function WhenPart({ choice, onChange }: PartProps) {
  const { window } = choice;
  const change = (part: Partial<WindowChoice>): void => onChange({ window: { ...window, ...part } });
  const { periods } = window;
  return (
    <Part value="when" title="When" chosen={chosenIn(choice).when}>
      <Fields>
        <NumberInput
          label="Not if backed up within hours"
          description="Such databases need none"
          min={0}
          value={choice.minIntervalHours}
          onChange={(minIntervalHours) => onChange({ minIntervalHours })}
        />
        <NumberInput
          label="Ends after hours, at the latest"
          description="What is missing then has failed"
          min={0.1}
          max={168}
          value={choice.deadlineHours}
          onChange={(deadlineHours) => onChange({ deadlineHours })}
        />
      </Fields>
      {periods.length === 0 && (
        <Text size="sm" className="muted">
          At any time of the day, unless the conductor has a window of its own (see Limits).
        </Text>
      )}
      {periods.map((period, index) => (
        // A period is known by its place: two may be the same while they are being chosen.
        <Period
          key={index}
          number={index + 1}
          period={period}
          onChange={(part) => change({ periods: periods.with(index, { ...period, ...part }) })}
          onRemove={() => change({ periods: periods.toSpliced(index, 1) })}
        />
      ))}
      <Button variant="default" w="fit-content" onClick={() => change({ periods: [...periods, NO_PERIOD] })}>
        {periods.length === 0 ? 'Only at a time of day' : 'Another time of day'}
      </Button>
      {periods.length > 0 && (
        <Fields>
          <Select
            label="Time zone"
            description="Of these times"
            placeholder={`Yours, ${ownTimeZone()}`}
            searchable
            clearable
            limit={ZONES_SHOWN}
            data={Intl.supportedValuesOf('timeZone')}
            value={window.timeZone === '' ? null : window.timeZone}
            onChange={(timeZone) => change({ timeZone: timeZone ?? '' })}
          />
          <Select
            label="What still runs then"
            description="When the window closes"
            allowDeselect={false}
            data={[
              { value: 'finish', label: 'may finish' },
              { value: 'stop', label: 'is stopped' },
            ]}
            value={window.whenClosed}
            onChange={(whenClosed) => change({ whenClosed: whenClosed ?? 'finish' })}
          />
        </Fields>
      )}
    </Part>
  );
}

interface PeriodProps {
  readonly number: number;
  readonly period: PeriodChoice;
  readonly onChange: (part: Partial<PeriodChoice>) => void;
  readonly onRemove: () => void;
}

function Period({ number, period, onChange, onRemove }: PeriodProps) {
  const time = (label: string, description: string, field: 'from' | 'to' | 'latestStart') => (
    <TextInput
      label={label}
      description={description}
      type="time"
      aria-label={`${label}, time of day ${number}`}
      value={period[field]}
      onChange={(event) => onChange({ [field]: event.currentTarget.value })}
    />
  );
  return (
    <fieldset className="row" aria-label={`Time of day ${number}`}>
      <Checkbox.Group
        label="On these days"
        description="None chosen: every day"
        value={[...period.days]}
        onChange={(days) => onChange({ days })}
        mb="sm"
      >
        <Group mt="xs" gap="md">
          {EVERY_DAY.map((day) => (
            <Checkbox key={day} value={day} label={day} />
          ))}
        </Group>
      </Checkbox.Group>
      <Fields across={4}>
        {time('From', 'When it opens', 'from')}
        {time('To', 'Earlier than that: next day', 'to')}
        {time('Nothing new from', 'Empty: until the end', 'latestStart')}
        <Button variant="subtle" w="fit-content" onClick={onRemove} aria-label={`Take it away: time of day ${number}`}>
          Take it away
        </Button>
      </Fields>
    </fieldset>
  );
}
