import { Modal } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Overview } from '../model/overview.js';
import { DatabaseDetails } from './database-details.js';
import type { Chosen } from './matrix.js';
import { MemberDetails } from './member-details.js';

interface DetailsProps {
  readonly chosen: Chosen;
  readonly overview: Overview;
  readonly onClose: () => void;
}

/** More about what was chosen in the matrix; live as everything else. It keeps the keys to itself and gives them back to the cell. */
export function Details({ chosen, overview, onClose }: DetailsProps) {
  const [cameFrom] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      if (cameFrom instanceof HTMLElement) cameFrom.focus();
    },
    [cameFrom],
  );
  const member = chosen.kind === 'member' ? overview.members.find(({ id }) => id === chosen.id) : undefined;
  const database = chosen.kind === 'database' ? overview.databases.find(({ guid }) => guid === chosen.guid) : undefined;
  return (
    <Modal
      opened
      onClose={onClose}
      returnFocus={false}
      size="xl"
      title={member?.name ?? database?.name ?? 'It is gone'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {member && <MemberDetails member={member} overview={overview} />}
      {database && <DatabaseDetails database={database} overview={overview} />}
      {!member && !database && <p>The inventory does not know it any more.</p>}
    </Modal>
  );
}
