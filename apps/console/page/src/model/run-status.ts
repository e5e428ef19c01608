import type { RunStatus } from '#contracts';

const OVER: readonly RunStatus[] = ['completed', 'completedWithErrors', 'failed', 'cancelled'];

export function isOver(status: RunStatus): boolean {
  return OVER.includes(status);
}

/** The class that colours a status. */
export function toneOf(status: string): 'well' | 'changing' | 'ill' | 'live' | 'muted' {
  switch (status) {
    case 'completed':
    case 'succeeded':
      return 'well';
    case 'running':
    case 'restoring':
    case 'reseeding':
    case 'dispatched':
      return 'live';
    case 'completedWithErrors':
    case 'cancelling':
    case 'undoing':
      return 'changing';
    case 'failed':
    case 'needsAttention':
      return 'ill';
    default:
      return 'muted';
  }
}
