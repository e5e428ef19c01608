import type { BackupClient, ClientExit, RunningClient } from '../ports/backup-client.js';

export const CLIENT_WORK = ['backup', 'restore'] as const;
export type ClientWork = (typeof CLIENT_WORK)[number];

/** `killed`: also where it ended by a signal of somebody else. */
export const CLIENT_ENDS = ['succeeded', 'failed', 'killed', 'notStarted'] as const;
export type ClientEnd = (typeof CLIENT_ENDS)[number];

export interface ClientFigures {
  readonly work: ClientWork;
  readonly running: number;
  readonly bytes: number;
  readonly ends: Readonly<Record<ClientEnd, number>>;
}

/** What the backup clients of this agent did since it began. */
export class ClientCounts {
  private readonly byWork = new Map(
    CLIENT_WORK.map((work) => [work, { running: 0, bytes: 0, succeeded: 0, failed: 0, killed: 0, notStarted: 0 }]),
  );

  list(): readonly ClientFigures[] {
    return [...this.byWork].map(([work, { running, bytes, ...ends }]) => ({ work, running, bytes, ends }));
  }

  /** A client that counts here whatever it is asked to do. */
  counting(client: BackupClient): BackupClient {
    return {
      start: (job, onProgress) => this.follow('backup', onProgress, (told) => client.start(job, told)),
      restore: (job, onProgress) => this.follow('restore', onProgress, (told) => client.restore(job, told)),
      endOrphans: (jobId) => client.endOrphans(jobId),
      describe: () => client.describe(),
      list: () => client.list(),
    };
  }

  private follow(
    work: ClientWork,
    onProgress: (bytesDone: string) => void,
    start: (told: (bytesDone: string) => void) => RunningClient,
  ): RunningClient {
    const counts = this.byWork.get(work);
    if (!counts) throw new Error(`there is no work ${work} for a backup client`);
    let seen = 0n;
    const moved = (bytesDone: string): void => {
      const bytes = BigInt(bytesDone);
      if (bytes <= seen) return;
      counts.bytes += Number(bytes - seen);
      seen = bytes;
    };
    counts.running += 1;
    const running = start((bytesDone) => {
      moved(bytesDone);
      onProgress(bytesDone);
    });
    void running.exited.then((exit) => {
      moved(exit.bytesDone);
      counts.running -= 1;
      counts[endOf(exit)] += 1;
    });
    return running;
  }
}

function endOf({ exitCode, startFailure }: ClientExit): ClientEnd {
  if (startFailure !== undefined) return 'notStarted';
  if (exitCode === null) return 'killed';
  return exitCode === 0 ? 'succeeded' : 'failed';
}
