import { Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { AccessRole } from '#contracts';
import { useMay } from '../api/session.js';
import { Empty } from '../shell/empty.js';

/** A page for a role and those above it; others are told so instead of being shown what the server would refuse them. */
export function Only({ role, children }: { readonly role: AccessRole; readonly children: ReactNode }) {
  if (useMay(role)) return children;
  return (
    <Stack>
      <Title order={1} size="h3">
        Not for this token
      </Title>
      <Empty title={`This page needs the role ${role}`}>
        Ask an administrator for a token with it, or sign in with another.
      </Empty>
    </Stack>
  );
}
