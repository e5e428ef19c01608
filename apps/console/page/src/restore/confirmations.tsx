import { Stack, TextInput } from '@mantine/core';
import { useState } from 'react';

interface ConfirmationsProps {
  readonly names: readonly string[];
  /** Told which of the names are typed. */
  readonly onChange: (typed: readonly string[]) => void;
}

/** One field for each database that is overwritten: its name has to be typed, because nothing brings back what is lost. */
export function Confirmations({ names, onChange }: ConfirmationsProps) {
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({});
  const change = (name: string, text: string): void => {
    const next = { ...texts, [name]: text };
    setTexts(next);
    onChange(names.filter((one) => next[one]?.trim() === one));
  };
  return (
    <Stack gap="xs">
      {names.map((name) => (
        <TextInput
          key={name}
          label={`Type ${name} to confirm that it is overwritten`}
          autoComplete="off"
          value={texts[name] ?? ''}
          onChange={(event) => change(name, event.currentTarget.value)}
          maw={420}
        />
      ))}
    </Stack>
  );
}
