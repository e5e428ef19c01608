import { SimpleGrid } from '@mantine/core';
import type { ReactNode } from 'react';

interface FieldsProps {
  readonly children: ReactNode;
  /** How many stand side by side where there is room; on a phone each has a line of its own. */
  readonly across?: number;
}

/** The fields of a form, all of one width, so that nothing chosen is cut off and the eye finds the next one. */
export function Fields({ children, across = 3 }: FieldsProps) {
  return (
    <SimpleGrid
      cols={{ base: 1, sm: Math.min(2, across), lg: across }}
      spacing="md"
      verticalSpacing="sm"
      className="fields"
    >
      {children}
    </SimpleGrid>
  );
}
