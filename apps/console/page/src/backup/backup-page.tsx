import { Button, FileButton, Group, Stack, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import type { BackupRequest, PlanDocument, PlanQuery } from '#contracts';
import { call } from '../api/http.js';
import { useLiveOverview } from '../api/live.js';
import { useStart } from '../api/use-start.js';
import { ProblemAlert } from '../shell/problem-alert.js';
import { BackupChoices } from './backup-choices.js';
import { NO_CHOICE, faultsOf, requestOf, whatIfOf, type BackupChoice } from './backup-choice.js';
import { MoreChoices } from './more-choices.js';
import { canBeCarriedOut, planIn, requestToCarryOut } from './plan-order.js';
import { PlanView } from './plan-view.js';

/** Choose what and how, look at the plan, start. */
export function BackupPage() {
  const { view } = useLiveOverview();
  const [search] = useSearchParams();
  const [choice, setChoice] = useState<BackupChoice>({ ...NO_CHOICE, databases: search.getAll('database') });
  const { start, renew } = useStart<BackupRequest>('/backups');
  const change = (part: Partial<BackupChoice>): void => {
    setChoice((now) => ({ ...now, ...part }));
    renew();
    plan.reset();
  };
  const plan = useMutation({
    mutationFn: (from: PlanQuery | File) =>
      from instanceof File ? from.text().then(planIn) : call<PlanDocument>('POST', '/plans', { body: from }),
    // Another request than the one without a plan, so it must not be taken for the same.
    onSuccess: renew,
  });
  const askForPlan = (): void => {
    const whatIf = whatIfOf(choice);
    plan.mutate({ request: requestOf(choice), ...(whatIf === undefined ? {} : { whatIf }) });
  };
  const faults = faultsOf(choice);
  const isOnlyIf = plan.data !== undefined && !canBeCarriedOut(plan.data);
  return (
    <Stack gap="sm">
      <Title order={1} size="h3">
        Start a backup
      </Title>
      <BackupChoices overview={view} choice={choice} onChange={change} />
      <MoreChoices overview={view} choice={choice} onChange={change} />
      <Group>
        <Button variant="default" loading={plan.isPending} disabled={faults.length > 0} onClick={askForPlan}>
          Show the plan
        </Button>
        <Button
          loading={start.isPending}
          disabled={isOnlyIf || faults.length > 0}
          onClick={() => start.mutate(plan.data ? requestToCarryOut(plan.data) : requestOf(choice))}
        >
          {plan.data ? 'Start the backup as planned' : 'Start the backup'}
        </Button>
        <FileButton accept="application/json,.json" onChange={(file) => file && plan.mutate(file)}>
          {(props) => (
            <Button variant="subtle" {...props}>
              Take a plan from a file
            </Button>
          )}
        </FileButton>
        {plan.data && <Download plan={plan.data} />}
      </Group>
      {faults.map((fault) => (
        <Text key={fault} className="changing" role="status">
          {fault}
        </Text>
      ))}
      {isOnlyIf && <Text className="changing">This plan is for a world that is not, so it cannot be carried out.</Text>}
      <ProblemAlert error={plan.error} />
      <ProblemAlert error={start.error} />
      {plan.data && <PlanView plan={plan.data} />}
    </Stack>
  );
}

/** Keeps the plan in a file, for this page or for `dagctl backup --plan`. */
function Download({ plan }: { readonly plan: PlanDocument }) {
  const keep = (): void => {
    const url = URL.createObjectURL(new Blob([JSON.stringify(plan, null, 2)], { type: 'application/json' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = `plan-${plan.madeAt.replaceAll(/[:.]/g, '-')}.json`;
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <Button variant="subtle" onClick={keep}>
      Keep it in a file
    </Button>
  );
}
