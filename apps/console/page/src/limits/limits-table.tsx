import { Button, Table } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { LimitView, MaintenanceAnswer, MaintenanceView } from '#contracts';
import { call } from '../api/http.js';
import { useMay } from '../api/session.js';
import { SCOPE_TEXTS, limitText, usedText, type Naming } from '../model/maintenance.js';
import { DataTable } from '../shell/data-table.js';
import { Moment } from '../shell/moment.js';
import { ProblemAlert } from '../shell/problem-alert.js';

interface LimitsTableProps {
  readonly maintenance: MaintenanceView;
  readonly naming: Naming;
}

/** Every limit, what is used of it, and since when and why it is as it is. */
export function LimitsTable({ maintenance, naming }: LimitsTableProps) {
  const of = ({ scope, name }: LimitView): string => (name === null ? 'each' : naming(scope, name));
  const mayAdminister = useMay('administrator');
  const reset = useMutation({
    mutationFn: ({ scope, name }: LimitView) =>
      call<MaintenanceAnswer>('POST', '/limits', {
        body: { changes: [{ scope, value: null, ...(name === null ? {} : { name }) }] },
        idempotencyKey: crypto.randomUUID(),
      }),
  });
  return (
    <>
      <DataTable columns={['Limit', 'Of', 'In force', 'In use', 'Since', 'Action']} minWidthPx={720}>
        {maintenance.limits.map((limit) => (
          <Table.Tr key={`${limit.scope} ${limit.name ?? ''}`} data-limit={limit.scope} data-name={limit.name ?? ''}>
            <Table.Td>{SCOPE_TEXTS[limit.scope]}</Table.Td>
            <Table.Td>{limit.scope === 'global' ? 'everything' : of(limit)}</Table.Td>
            <Table.Td fw={600} className="short">
              {limitText(limit)}
            </Table.Td>
            <Table.Td>{usedText(limit, maintenance, naming)}</Table.Td>
            <Table.Td>
              <Origin limit={limit} />
            </Table.Td>
            <Table.Td>
              {limit.isChanged && mayAdminister && (
                <Button
                  size="compact-xs"
                  variant="default"
                  onClick={() => reset.mutate(limit)}
                  aria-label={`As configured again: ${SCOPE_TEXTS[limit.scope]}, ${of(limit)}`}
                >
                  As configured
                </Button>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </DataTable>
      <ProblemAlert error={reset.error} />
    </>
  );
}

function Origin({ limit: { isChanged, changedAt, changedBy, reason } }: { readonly limit: LimitView }) {
  if (!isChanged || changedAt === null) return <span className="muted">configuration</span>;
  return (
    <>
      <Moment at={changedAt} />
      {changedBy === null ? '' : `, by ${changedBy}`}
      {reason === null ? '' : `: ${reason}`}
    </>
  );
}
