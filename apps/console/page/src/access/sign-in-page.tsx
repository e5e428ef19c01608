import { Button, Center, Code, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { ProblemError, type Problem } from '../api/problem.js';
import { useAccess } from '../api/session.js';
import { ProblemAlert } from '../shell/problem-alert.js';

export function SignInPage({ problem }: { readonly problem: Problem | null }) {
  const { signIn } = useAccess();
  const [token, setToken] = useState('');
  const [error, setError] = useState<unknown>(problem && new ProblemError(problem));
  const [isBusy, setIsBusy] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setIsBusy(true);
    signIn(token)
      .catch(setError)
      .finally(() => setIsBusy(false));
  };
  return (
    <Center component="main" mih="100vh" p="md">
      <Paper withBorder p="xl" maw={460} w="100%">
        <form onSubmit={submit}>
          <Stack>
            <Title order={1} size="h3">
              DAG Conductor
            </Title>
            <ProblemAlert error={error} />
            <PasswordInput
              label="Token"
              description="Begins with dagc_"
              autoComplete="current-password"
              required
              value={token}
              onChange={(event) => setToken(event.currentTarget.value)}
            />
            <Button type="submit" loading={isBusy}>
              Sign in
            </Button>
            <Text size="sm" className="muted">
              No token yet? Make one with <Code>dagctl token create --role operator</Code>, or open the one-time link
              that the console wrote into its log when it first started.
            </Text>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}
