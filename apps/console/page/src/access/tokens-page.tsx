import { Alert, Button, Code, NumberInput, Select, Stack, Table, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import type { AccessRole, AccessToken } from '#contracts';
import { call } from '../api/http.js';
import { AskFirst } from '../shell/ask-first.js';
import { DataTable } from '../shell/data-table.js';
import { Fields } from '../shell/fields.js';
import { Moment } from '../shell/moment.js';
import { ProblemAlert } from '../shell/problem-alert.js';

type TokenView = Omit<AccessToken, 'secretHash'>;
const DAY_MS = 24 * 60 * 60 * 1_000;
const ROLES: readonly AccessRole[] = ['viewer', 'operator', 'administrator'];

/** Who may get in. */
export function TokensPage() {
  const queries = useQueryClient();
  const tokens = useQuery({
    queryKey: ['tokens'],
    queryFn: () => call<{ readonly tokens: readonly TokenView[] }>('GET', '/tokens'),
  });
  const refresh = (): Promise<void> => queries.invalidateQueries({ queryKey: ['tokens'] });
  const revoke = useMutation({
    mutationFn: (tokenId: string) => call('DELETE', `/tokens/${tokenId}`),
    onSuccess: refresh,
  });
  return (
    <Stack>
      <Title order={1} size="h3">
        Tokens
      </Title>
      <NewToken onMade={refresh} />
      <ProblemAlert error={tokens.error ?? revoke.error} />
      <DataTable columns={['For', 'Role', 'Made', 'Good until', 'Action']} minWidthPx={560}>
        {tokens.data?.tokens.map((token) => (
          <Table.Tr key={token.tokenId}>
            <Table.Td>{token.name}</Table.Td>
            <Table.Td>{token.role}</Table.Td>
            <Table.Td>
              <Moment at={token.createdAt} />
            </Table.Td>
            <Table.Td>
              <Moment at={token.expiresAt} />
            </Table.Td>
            <Table.Td>
              <AskFirst
                size="compact-xs"
                label="Revoke"
                longLabel={`Revoke the token of ${token.name}`}
                question="Its sessions end with it."
                yes="Revoke it"
                no="Keep it"
                onYes={() => revoke.mutate(token.tokenId)}
              />
            </Table.Td>
          </Table.Tr>
        ))}
      </DataTable>
    </Stack>
  );
}

function NewToken({ onMade }: { readonly onMade: () => Promise<void> }) {
  const [name, setName] = useState('');
  const [role, setRole] = useState<string>('viewer');
  const [days, setDays] = useState<number | string>(30);
  const create = useMutation({
    mutationFn: () =>
      call<{ readonly token: string }>('POST', '/tokens', { body: { name, role, expiresInMs: Number(days) * DAY_MS } }),
    onSuccess: onMade,
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Fields across={4}>
        <TextInput label="For whom" required value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <Select
          label="Role"
          data={[...ROLES]}
          value={role}
          onChange={(value) => setRole(value ?? 'viewer')}
          allowDeselect={false}
        />
        <NumberInput label="Good for days" min={1} max={730} value={days} onChange={setDays} />
        <Button type="submit" w="fit-content" loading={create.isPending}>
          Make a token
        </Button>
      </Fields>
      <ProblemAlert error={create.error} />
      {create.data && (
        <Alert color="green" title="Copy it now: nobody can show it again" mt="sm" role="status">
          <Code block>{create.data.token}</Code>
        </Alert>
      )}
    </form>
  );
}
