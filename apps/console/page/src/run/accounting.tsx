import { List, Text } from '@mantine/core';
import type { AccountingView } from '#contracts';

/** Where every database stands that the inventory knew: each is counted once. */
export function Accounting({ accounting }: { readonly accounting: AccountingView }) {
  const { known, backedUp, notNeeded, excluded, failed, open, exclusions } = accounting;
  return (
    <>
      <Text>
        {known} databases known: {backedUp} backed up, {notNeeded} proven not needed, {excluded} excluded by a rule,{' '}
        {failed} failed, {open} open.
      </Text>
      <List size="sm">
        {exclusions.map((exclusion) => (
          <List.Item key={`${exclusion.rule} ${exclusion.reason}`}>
            {exclusion.count} by rule {exclusion.rule}: {exclusion.reason}{' '}
            <span className="muted">({exclusion.databases.join(', ')})</span>
          </List.Item>
        ))}
      </List>
    </>
  );
}
