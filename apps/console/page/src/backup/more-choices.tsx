import { Accordion, Group, MultiSelect, NumberInput, Select, TextInput } from '@mantine/core';
import type { Weekday } from '#contracts';
import type { Overview } from '../model/overview.js';
import type { BackupChoice } from './backup-choice.js';

const DAYS: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

interface MoreChoicesProps {
  readonly overview: Overview | null;
  readonly choice: BackupChoice;
  readonly onChange: (part: Partial<BackupChoice>) => void;
}

/** What is seldom chosen: how it is done, when, and a world that is not. */
export function MoreChoices({ overview, choice, onChange }: MoreChoicesProps) {
  const members = (overview?.members ?? []).map(({ id, name }) => ({ value: id, label: name }));
  return (
    <Accordion multiple variant="separated">
      <Accordion.Item value="how">
        <Accordion.Control>How and when</Accordion.Control>
        <Accordion.Panel>
          <Group align="start">
            <MultiSelect
              label="Members taken first"
              searchable
              description="Among copies that are equal otherwise"
              data={members}
              value={[...choice.preferMembers]}
              onChange={(preferMembers) => onChange({ preferMembers })}
            />
            <Select
              label="On a failover"
              description="Where a backup goes on"
              placeholder="At the active copy"
              clearable
              data={[
                { value: 'followActive', label: 'At the active copy' },
                { value: 'bestCopy', label: 'At the best copy' },
              ]}
              value={choice.onFailover}
              onChange={(onFailover) => onChange({ onFailover })}
            />
            <Select
              label="Backups of a database must not share"
              description="Where there are several"
              allowDeselect={false}
              data={[
                { value: 'member', label: 'a member' },
                { value: 'site', label: 'a site' },
                { value: 'storageServer', label: 'a storage server' },
              ]}
              value={choice.spread}
              onChange={(spread) => onChange({ spread: spread ?? 'member' })}
            />
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
            <NumberInput
              label="Priority"
              description="1 last, 9 first; otherwise 5"
              min={1}
              max={9}
              value={choice.priority}
              onChange={(priority) => onChange({ priority })}
            />
          </Group>
          <Group align="start" mt="sm">
            <MultiSelect
              label="Only on these days"
              searchable
              description="In your time zone"
              data={[...DAYS]}
              value={[...choice.windowDays]}
              onChange={(windowDays) => onChange({ windowDays })}
            />
            <TextInput
              label="From"
              description="With the days and an end"
              type="time"
              value={choice.windowFrom}
              onChange={(event) => onChange({ windowFrom: event.currentTarget.value })}
            />
            <TextInput
              label="To"
              description="Before it begins: next day"
              type="time"
              value={choice.windowTo}
              onChange={(event) => onChange({ windowTo: event.currentTarget.value })}
            />
            <Select
              label="What still runs then"
              description="When the window closes"
              allowDeselect={false}
              data={[
                { value: 'finish', label: 'may finish' },
                { value: 'stop', label: 'is stopped' },
              ]}
              value={choice.whenClosed}
              onChange={(whenClosed) => onChange({ whenClosed: whenClosed ?? 'finish' })}
            />
          </Group>
        </Accordion.Panel>
      </Accordion.Item>
      <Accordion.Item value="whatIf">
        <Accordion.Control>What if</Accordion.Control>
        <Accordion.Panel>
          <Group align="start">
            <MultiSelect
              label="As if these members were gone"
              searchable
              data={members}
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
          </Group>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}
