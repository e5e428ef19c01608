import type { RunView } from '#contracts';
import { runOf, taskOf } from '../../../libs/client/test/fixtures.js';

/** A run that is over, with one of its two databases failed. */
export const finished = (parts: Partial<RunView> = {}): RunView =>
  runOf({
    status: 'completedWithErrors',
    exitCode: 12,
    reason: '1 of 2 databases failed',
    tasks: [
      taskOf('MBX01', { status: 'succeeded' }),
      taskOf('MBX02', { status: 'failed', reason: 'three attempts failed' }),
    ],
    ...parts,
  });
