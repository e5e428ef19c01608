/** Names a task over all runs. */
export interface TaskKey {
  readonly runId: string;
  readonly taskId: string;
}

/** As one text, for collections that compare by value. */
export function encodeKey(key: TaskKey): string {
  return `${key.runId} ${key.taskId}`;
}

export function decodeKey(encoded: string): TaskKey {
  const space = encoded.indexOf(' ');
  return { runId: encoded.slice(0, space), taskId: encoded.slice(space + 1) };
}
