import { Button, Stack, Table, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { StoredAuditEntry } from '#contracts';
import { call } from '../api/http.js';
import { DataTable } from '../shell/data-table.js';
import { Empty } from '../shell/empty.js';
import { Moment } from '../shell/moment.js';
import { ProblemAlert } from '../shell/problem-alert.js';

const PAGE = 100;

/** Who did what. */
export function AuditPage() {
  const pages = useInfiniteQuery({
    queryKey: ['audit'],
    queryFn: ({ pageParam }) =>
      call<{ readonly entries: readonly StoredAuditEntry[] }>(
        'GET',
        `/audit?limit=${PAGE}${pageParam === null ? '' : `&beforePosition=${pageParam}`}`,
      ),
    initialPageParam: null as number | null,
    getNextPageParam: ({ entries }) => (entries.length < PAGE ? undefined : (entries.at(-1)?.position ?? undefined)),
  });
  const entries = pages.data?.pages.flatMap((page) => page.entries) ?? [];
  return (
    <Stack>
      <Title order={1} size="h3">
        Audit
      </Title>
      <ProblemAlert error={pages.error} />
      {pages.isSuccess && entries.length === 0 && (
        <Empty title="Nothing was done yet">Every action at a console appears here, refused ones too.</Empty>
      )}
      {entries.length > 0 && (
        <DataTable columns={['When', 'Who', 'From', 'What', 'To', 'Result']} minWidthPx={900}>
          {entries.map((entry) => (
            <Table.Tr key={entry.entryId}>
              <Table.Td>
                <Moment at={entry.at} />
              </Table.Td>
              <Table.Td>
                {entry.actor}
                {entry.role === null ? '' : ` (${entry.role})`}
              </Table.Td>
              <Table.Td>
                {entry.address} at {entry.console}
              </Table.Td>
              <Table.Td>
                <Action entry={entry} />
              </Table.Td>
              <Table.Td>{entry.target ?? ''}</Table.Td>
              <Table.Td className={entry.result === 'done' ? 'well' : 'ill'}>
                {entry.result} <span className="muted">{entry.text}</span>
              </Table.Td>
            </Table.Tr>
          ))}
        </DataTable>
      )}
      {pages.hasNextPage && (
        <Button variant="default" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          Older
        </Button>
      )}
    </Stack>
  );
}

/** What was done, and when it is opened what was sent with it. */
function Action({ entry: { action, request } }: { readonly entry: StoredAuditEntry }) {
  if (request === null || Object.keys(request).length === 0) return action;
  return (
    <details>
      <summary className="short">{action}</summary>
      <pre className="commands">{JSON.stringify(request, null, 2)}</pre>
    </details>
  );
}
