import type { StorageLog } from '../ports.js';
import type { StorageTables } from '../tables.js';
import type { Election } from './election.js';
import type { Leadership } from './leadership.js';

/** The work of the leading process; closing it gives the leadership back. */
export interface Acting {
  close(): Promise<void>;
}

export interface TurnOptions<Tables extends StorageTables> {
  /** In log events, e.g. `conductor`. */
  readonly service: string;
  readonly election: Election<Tables>;
  /** Begins the work. When it fails, it has given the leadership back. */
  begin(leadership: Leadership): Promise<Acting>;
  /** Ends the election and everything else that was open before the work began; called once, last. */
  closeAll(): Promise<void>;
  readonly log: StorageLog;
}

/** A process that leads, or waits to. */
export interface Turn {
  /** Resolves when the process must end, with the reason: another leads, or the work could not begin. */
  readonly lost: Promise<Error>;
  close(): Promise<void>;
}

/** Leads at once where nobody does, else stands by until it is this process's turn. A failure to begin at once is thrown. */
export async function actOrStandBy<Tables extends StorageTables>(options: TurnOptions<Tables>): Promise<Turn> {
  const { election, begin, closeAll, service, log } = options;
  try {
    const leadership = await election.tryOnce();
    if (leadership === undefined) {
      log.log({ event: 'service.ready', message: `another ${service} acts; this one stands by` });
      return standBy(options);
    }
    const acting = await begin(leadership);
    log.log({ event: 'service.ready', message: `the ${service} is at work`, epoch: leadership.epoch });
    return {
      lost: leadership.deposed,
      close: async () => {
        await acting.close();
        await closeAll();
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

function standBy<Tables extends StorageTables>(options: TurnOptions<Tables>): Turn {
  const { election, begin, closeAll, service, log } = options;
  let tellLost: (error: Error) => void = () => undefined;
  const lost = new Promise<Error>((resolve) => {
    tellLost = resolve;
  });
  const takeOver = async (): Promise<Acting | undefined> => {
    const leadership = await election.wait();
    if (!leadership) return undefined;
    const { epoch } = leadership;
    log.log({ event: `${service}.taking-over`, message: `no ${service} acts; this one does now`, epoch });
    const acting = await begin(leadership);
    void leadership.deposed.then(tellLost);
    log.log({ event: `${service}.took-over`, message: `the ${service} is at work`, epoch });
    return acting;
  };
  const acting = takeOver().catch((error: unknown) => {
    tellLost(error instanceof Error ? error : new Error(String(error)));
    return undefined;
  });
  return {
    lost,
    close: async () => {
      election.stopWaiting();
      await (await acting)?.close();
      await closeAll();
    },
  };
}
