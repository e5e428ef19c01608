import { Accordion, Stack } from '@mantine/core';
import type { ReactNode } from 'react';

interface PartProps {
  readonly value: string;
  readonly title: string;
  /** How much is chosen in it, which can be seen while it is closed. */
  readonly chosen: number;
  readonly children: ReactNode;
}

/** A part of a form that is opened when it is needed; stands in an accordion. */
export function Part({ value, title, chosen, children }: PartProps) {
  return (
    <Accordion.Item value={value}>
      <Accordion.Control>
        {title} {chosen > 0 && <span className="live">{chosen} chosen</span>}
      </Accordion.Control>
      <Accordion.Panel>
        <Stack gap="sm">{children}</Stack>
      </Accordion.Panel>
    </Accordion.Item>
  );
}
