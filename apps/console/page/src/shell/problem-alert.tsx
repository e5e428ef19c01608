import { Alert, List } from '@mantine/core';
import { problemOf } from '../api/problem.js';

/** What went wrong, with everything that is wrong with the request. */
export function ProblemAlert({ error }: { readonly error: unknown }) {
  if (error === null || error === undefined) return null;
  const { title, detail, violations = [] } = problemOf(error);
  return (
    <Alert color="red" title={title} role="alert" my="sm">
      {violations.length > 0 ? (
        <List size="sm">
          {violations.map((violation) => (
            <List.Item key={violation}>{violation}</List.Item>
          ))}
        </List>
      ) : (
        detail
      )}
    </Alert>
  );
}
