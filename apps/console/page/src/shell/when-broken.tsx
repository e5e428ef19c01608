import { Alert, Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { problemOf } from '../api/problem.js';

interface State {
  readonly error: unknown;
}

/** A page that cannot be drawn or fetched (its files have other names after an update of the console) says so instead of vanishing. */
export class WhenBroken extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <Alert color="red" title="This page cannot be shown" role="alert">
        <p>{problemOf(error).detail}</p>
        <Button variant="default" onClick={() => window.location.reload()}>
          Load it again
        </Button>
      </Alert>
    );
  }
}
