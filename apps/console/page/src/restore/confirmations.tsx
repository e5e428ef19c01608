import { Stack, Text, TextInput, Textarea } from '@mantine/core';
import { useState } from 'react';
import { typedOf } from './restore-choice.js';

/** So many names are asked for one by one; more have one field together, into which a list can be put. */
const FIELDS_MAX = 8;
/** Missing names that are told at a time. */
const MISSING_SHOWN = 5;

interface ConfirmationsProps {
  readonly names: readonly string[];
  /** Told which of the names are typed. */
  readonly onChange: (typed: readonly string[]) => void;
}

/** The name of each database that is overwritten has to be typed, because nothing brings back what is lost. */
export function Confirmations(props: ConfirmationsProps) {
  return props.names.length > FIELDS_MAX ? <OneForAll {...props} /> : <OneForEach {...props} />;
}

function OneForEach({ names, onChange }: ConfirmationsProps) {
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

function OneForAll({ names, onChange }: ConfirmationsProps) {
  const [text, setText] = useState('');
  const typed = typedOf(names, text);
  const missing = names.filter((name) => !typed.includes(name));
  const change = (next: string): void => {
    setText(next);
    onChange(typedOf(names, next));
  };
  return (
    <Stack gap="xs">
      <Textarea
        label={`Type the names of all ${names.length} databases to confirm that they are overwritten`}
        description="One to a line, in any order"
        autosize
        minRows={4}
        maxRows={14}
        maw={520}
        value={text}
        onChange={(event) => change(event.currentTarget.value)}
      />
      {missing.length > 0 && (
        <Text size="sm" className="changing" role="status">
          Still missing: {missing.slice(0, MISSING_SHOWN).join(', ')}
          {missing.length > MISSING_SHOWN ? ` and ${missing.length - MISSING_SHOWN} more` : ''}
        </Text>
      )}
    </Stack>
  );
}
