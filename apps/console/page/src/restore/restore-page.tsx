import { Button, Stack, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import type { RestorePreflight, RestoreRequest } from '#contracts';
import { call } from '../api/http.js';
import { useLiveOverview } from '../api/live.js';
import { useStart } from '../api/use-start.js';
import { ProblemAlert } from '../shell/problem-alert.js';
import { Confirmations } from './confirmations.js';
import { PreflightView } from './preflight-view.js';
import { RestoreChoices } from './restore-choices.js';
import { canStart, choiceIn, isComplete, restoreOf, toConfirm, type RestoreChoice } from './restore-choice.js';

/** Choose what, from when and to where; look at every step; type the names of what is overwritten; start. */
export function RestorePage() {
  const { view } = useLiveOverview();
  const [search] = useSearchParams();
  const [choice, setChoice] = useState<RestoreChoice>(() => choiceIn(search));
  const [confirmed, setConfirmed] = useState<readonly string[]>([]);
  const { start, renew } = useStart<RestoreRequest>('/restores');
  const preflight = useMutation({
    mutationFn: (request: RestoreRequest) => call<RestorePreflight>('POST', '/restores/preflight', { body: request }),
  });
  const change = (part: Partial<RestoreChoice>): void => {
    setChoice((now) => ({ ...now, ...part }));
    setConfirmed([]);
    renew();
    preflight.reset();
  };
  const needed = preflight.data ? toConfirm(preflight.data) : [];
  const isPossible = preflight.data !== undefined && canStart(preflight.data);
  return (
    <Stack gap="sm">
      <Title order={1} size="h3">
        Restore
      </Title>
      <RestoreChoices overview={view} choice={choice} onChange={change} />
      <Button
        variant="default"
        w="fit-content"
        disabled={!isComplete(choice)}
        loading={preflight.isPending}
        onClick={() => preflight.mutate(restoreOf(choice, []))}
      >
        Show what would happen
      </Button>
      <ProblemAlert error={preflight.error} />
      {preflight.data && <PreflightView preflight={preflight.data} />}
      {isPossible && (
        <>
          <Confirmations names={needed} onChange={setConfirmed} />
          <Button
            color="red"
            w="fit-content"
            disabled={!needed.every((name) => confirmed.includes(name))}
            loading={start.isPending}
            onClick={() => start.mutate(restoreOf(choice, needed))}
          >
            Start the restore
          </Button>
        </>
      )}
      <ProblemAlert error={start.error} />
    </Stack>
  );
}
