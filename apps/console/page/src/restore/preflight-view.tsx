import { Accordion, Alert, List, Text } from '@mantine/core';
import type { PreflightDatabase, RestorePreflight } from '#contracts';
import { bytes } from '../model/bytes.js';
import { duration } from '../model/times.js';

/** What a restore would do: what users will notice, every step, and what stands against it. */
export function PreflightView({ preflight }: { readonly preflight: RestorePreflight }) {
  return (
    <section aria-label="What would happen">
      {preflight.problems.length > 0 && (
        <Alert color="red" title="This cannot start" role="alert" mb="sm">
          <Sentences texts={preflight.problems} />
        </Alert>
      )}
      <Sentences texts={preflight.warnings} className="changing" />
      {preflight.endsAfterMs !== null && preflight.databases.some(({ steps }) => steps.length > 0) && (
        <Text>Expected to take {duration(preflight.endsAfterMs)}.</Text>
      )}
      <Accordion
        multiple
        variant="separated"
        defaultValue={preflight.databases.map(({ databaseGuid }) => databaseGuid)}
      >
        {preflight.databases.map((database) => (
          <Accordion.Item key={database.databaseGuid} value={database.databaseGuid}>
            <Accordion.Control>
              <strong>{database.databaseName}</strong> <span className="muted">to {database.target}</span>
            </Accordion.Control>
            <Accordion.Panel>
              {database.steps.length > 0 && <Effects database={database} />}
              <Sentences texts={problemsOf(database)} className="ill" />
              <Sentences texts={database.warnings} className="changing" />
              <List size="sm" type="ordered">
                {database.steps.map((step, index) => (
                  // The same command may stand twice in a procedure; its place tells it apart.
                  <List.Item key={`${index} ${step.command}`}>
                    {step.member.toUpperCase()}: {step.text}
                    <pre className="commands">{step.command}</pre>
                  </List.Item>
                ))}
              </List>
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </section>
  );
}

/** Those that are more than the confirmation, for which there are fields below. */
function problemsOf({ problems, needsConfirmation }: PreflightDatabase): readonly string[] {
  return needsConfirmation && problems.length === 1 ? [] : problems;
}

function Effects({ database }: { readonly database: PreflightDatabase }) {
  const { offlineDatabase, offlineMs, neededBytes, freeBytes } = database;
  return (
    <>
      <Text fw={600}>
        {offlineDatabase === null
          ? 'Users notice nothing.'
          : `Users of ${offlineDatabase} are cut off${offlineMs === null ? '' : ` for about ${duration(offlineMs)}`}, and lose what came after the backup.`}
      </Text>
      {neededBytes !== null && freeBytes !== null && (
        <Text size="sm" className={BigInt(neededBytes) > BigInt(freeBytes) ? 'ill' : 'muted'}>
          Needs {bytes(neededBytes)}, and {bytes(freeBytes)} are free.
        </Text>
      )}
    </>
  );
}

function Sentences({ texts, className }: { readonly texts: readonly string[]; readonly className?: string }) {
  if (texts.length === 0) return null;
  return (
    <List size="sm">
      {texts.map((text) => (
        <List.Item key={text} className={className ?? ''}>
          {text}
        </List.Item>
      ))}
    </List>
  );
}
