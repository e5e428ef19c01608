import { List } from '@mantine/core';
import type { ExclusionView } from '#contracts';

/** Names told at a time; all of them on hover. */
const NAMES_SHOWN = 20;

/** Which databases a rule has left out, rule by rule. */
export function Exclusions({ exclusions }: { readonly exclusions: readonly ExclusionView[] }) {
  return (
    <List size="sm">
      {exclusions.map(({ rule, reason, count, databases }) => (
        <List.Item key={`${rule} ${reason}`}>
          {count} left out by rule {rule}: {reason}{' '}
          <span className="muted" title={databases.join(', ')}>
            ({databases.slice(0, NAMES_SHOWN).join(', ')}
            {count > NAMES_SHOWN ? ` and ${count - NAMES_SHOWN} more` : ''})
          </span>
        </List.Item>
      ))}
    </List>
  );
}
