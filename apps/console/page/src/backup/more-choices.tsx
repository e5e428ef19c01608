import { Accordion } from '@mantine/core';
import type { Overview } from '../model/overview.js';
import { databaseNames, memberChoices, type Choosable } from '../model/choosable.js';
import type { BackupChoice } from './backup-choice.js';
import { HowPart } from './how-part.js';
import { OrderPart } from './order-part.js';
import { WhatIfPart } from './what-if-part.js';
import { WhenPart } from './when-part.js';

export interface PartProps {
  readonly choice: BackupChoice;
  readonly onChange: (part: Partial<BackupChoice>) => void;
  readonly members: readonly Choosable[];
}

interface MoreChoicesProps extends Omit<PartProps, 'members'> {
  readonly overview: Overview | null;
}

/** What is seldom chosen: how it is done, when, in which order, and a world that is not. */
export function MoreChoices({ overview, choice, onChange }: MoreChoicesProps) {
  const part = { choice, onChange, members: memberChoices(overview) };
  return (
    <Accordion multiple variant="separated">
      <HowPart {...part} />
      <WhenPart {...part} />
      <OrderPart {...part} databases={databaseNames(overview)} />
      <WhatIfPart {...part} />
    </Accordion>
  );
}
