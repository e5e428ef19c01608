import { useMutation, type UseMutationResult } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import type { RunView } from '#contracts';
import { call } from './http.js';

interface Start<Request> {
  readonly start: UseMutationResult<RunView, Error, Request>;
  /** To be called when what would be asked for has changed. */
  readonly renew: () => void;
}

/** Starting a run, and going to it. Asked again with the same, after an answer that was lost, it starts nothing new. */
export function useStart<Request>(path: string): Start<Request> {
  const [key, setKey] = useState(() => crypto.randomUUID());
  const navigate = useNavigate();
  const start = useMutation({
    mutationFn: (request: Request) => call<RunView>('POST', path, { body: request, idempotencyKey: key }),
    onSuccess: (run) => navigate(`/runs/${run.runId}`),
  });
  const renew = (): void => {
    setKey(crypto.randomUUID());
    start.reset();
  };
  return { start, renew };
}
