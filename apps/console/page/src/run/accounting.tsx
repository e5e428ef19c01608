import { Text } from '@mantine/core';
import type { AccountingView } from '#contracts';
import { Exclusions } from '../shell/exclusions.js';

/** Where every database stands that the inventory knew: each is counted once. */
export function Accounting({ accounting }: { readonly accounting: AccountingView }) {
  const { known, backedUp, notNeeded, excluded, failed, open, exclusions } = accounting;
  return (
    <>
      <Text>
        {known} databases known: {backedUp} backed up, {notNeeded} proven not needed, {excluded} excluded by a rule,{' '}
        {failed} failed, {open} open.
      </Text>
      <Exclusions exclusions={exclusions} />
    </>
  );
}
