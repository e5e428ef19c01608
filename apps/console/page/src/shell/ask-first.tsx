import { Button, Group, Text, type ButtonProps } from '@mantine/core';
import { useState } from 'react';

interface AskFirstProps extends Pick<ButtonProps, 'size' | 'loading' | 'disabled'> {
  /** What the button says. */
  readonly label: string;
  /** For those who cannot see what it stands beside. */
  readonly longLabel?: string;
  /** What would happen. */
  readonly question: string;
  readonly yes: string;
  readonly no: string;
  readonly onYes: () => void;
}

/** A button for what cannot be taken back: it says what would happen, and asks once more. */
export function AskFirst({ label, longLabel, question, yes, no, onYes, ...button }: AskFirstProps) {
  const [isAsking, setIsAsking] = useState(false);
  if (!isAsking) {
    return (
      <Button
        variant="default"
        className="ill"
        aria-label={longLabel ?? label}
        onClick={() => setIsAsking(true)}
        {...button}
      >
        {label}
      </Button>
    );
  }
  const answer = (isYes: boolean): void => {
    setIsAsking(false);
    if (isYes) onYes();
  };
  return (
    <Group gap="xs" role="group" aria-label={longLabel ?? label}>
      <Text size="sm">{question}</Text>
      <Button color="red" onClick={() => answer(true)} {...button}>
        {yes}
      </Button>
      <Button variant="default" autoFocus onClick={() => answer(false)} {...button}>
        {no}
      </Button>
    </Group>
  );
}
