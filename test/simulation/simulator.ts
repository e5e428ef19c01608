import { fork, type ChildProcess } from 'node:child_process';
import type { Batch, BatchResult } from './batch.js';

/** A process that simulates, one batch after the other. */
export class Simulator {
  private readonly child: ChildProcess;

  /** `worker`: the built `worker.js`. */
  constructor(worker: string) {
    this.child = fork(worker, { execArgv: [] });
  }

  /** Rejects when the process ends or fails before it has answered. Nothing else may be asked of it meanwhile. */
  run(batch: Batch): Promise<BatchResult> {
    const { child } = this;
    return new Promise((resolve, reject) => {
      const settle = (then: () => void): void => {
        child.off('message', answered).off('error', failed).off('exit', ended);
        then();
      };
      const answered = (result: BatchResult): void => settle(() => resolve(result));
      const failed = (error: Error): void => settle(() => reject(error));
      const ended = (code: number | null, signal: string | null): void =>
        failed(
          new Error(
            `the process that simulated the seeds from ${batch.first} ended with ${signal ?? code}; see its output`,
          ),
        );
      child.on('message', answered).on('error', failed).on('exit', ended);
      child.send(batch, (error) => {
        if (error) failed(error);
      });
    });
  }

  end(): void {
    if (this.child.connected) this.child.disconnect();
  }
}
