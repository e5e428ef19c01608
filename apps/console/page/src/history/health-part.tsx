import { Button, Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { DoctorReport, FindingState } from '#contracts';
import { call } from '../api/http.js';
import { Moment } from '../shell/moment.js';
import { ProblemAlert } from '../shell/problem-alert.js';
import { shownOf, type ShownFinding } from './health.js';

/** How what is not well is named, and in which of the page's colours. */
const STATE_WORDS: Readonly<Record<FindingState, { readonly word: string; readonly look: string }>> = {
  problem: { word: 'Problem', look: 'ill' },
  warning: { word: 'Warning', look: 'changing' },
  notChecked: { word: 'Not known', look: 'changing' },
  ok: { word: 'Well', look: 'well' },
};

/** What is not as it should be, looked at when the page is opened and whenever somebody asks. */
export function HealthPart() {
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ['doctor'],
    queryFn: ({ signal }) => call<DoctorReport>('GET', '/doctor', { signal }),
    refetchOnMount: 'always',
  });
  return (
    <Stack component="section" aria-labelledby="health" gap="sm">
      <Group justify="space-between">
        <Title order={2} size="h4" id="health">
          Health
        </Title>
        <Button variant="default" loading={isFetching} onClick={() => void refetch()}>
          Look again
        </Button>
      </Group>
      <ProblemAlert error={error} />
      <Text role="status">
        {data === undefined && isFetching && 'Everybody is asked, which takes some seconds at the most.'}
        {data !== undefined && (
          <>
            {data.summary}{' '}
            <span className="muted">
              Seen <Moment at={data.takenAt} />
            </span>
          </>
        )}
      </Text>
      {data !== undefined && <Findings report={data} />}
    </Stack>
  );
}

function Findings({ report }: { readonly report: DoctorReport }) {
  const ill = shownOf(report.findings.filter(({ state }) => state !== 'ok'));
  const well = report.findings.filter(({ state }) => state === 'ok');
  return (
    <>
      {ill.map((finding) => (
        <Ill key={`${finding.checks.join(' ')} ${finding.text}`} finding={finding} />
      ))}
      {well.length > 0 && (
        <details>
          <summary>
            {well.length === 1 ? 'One look found nothing wrong' : `${well.length} looks found nothing wrong`}
          </summary>
          <Table variant="vertical" withRowBorders={false} verticalSpacing={4}>
            <Table.Tbody>
              {well.map(({ check, text }) => (
                <Table.Tr key={`${check} ${text}`} data-finding="ok">
                  <Table.Th scope="row" w={150}>
                    {check}
                  </Table.Th>
                  <Table.Td>{text}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </details>
      )}
    </>
  );
}

function Ill({ finding: { checks, state, text, commands } }: { readonly finding: ShownFinding }) {
  const { word, look } = STATE_WORDS[state];
  return (
    <Paper withBorder p="sm" data-finding={state}>
      <Text>
        <strong className={look}>{word}</strong> <span className="muted">{checks.join(', ')}</span>
      </Text>
      <Text>{text}</Text>
      {commands.length > 0 && <pre className="commands">{commands.join('\n')}</pre>}
    </Paper>
  );
}
