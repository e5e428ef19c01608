import { Paper, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** Stands where there is nothing to show, and says what to do. */
export function Empty({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Paper withBorder p="xl" ta="center">
      <Title order={2} size="h4">
        {title}
      </Title>
      <Text className="muted" mt="xs">
        {children}
      </Text>
    </Paper>
  );
}
