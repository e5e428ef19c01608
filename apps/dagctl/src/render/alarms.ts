import type { AlarmView } from '#contracts';
import { momentOf } from './moments.js';
import type { TableOptions } from './table.js';

/** Empty when there is none. */
export function renderAlarms(alarms: readonly AlarmView[], { colours }: TableOptions): string {
  return alarms
    .map((alarm) => {
      const paint = alarm.kind === 'attention' ? colours.red : colours.yellow;
      const commands = alarm.commands.map((command) => `    ${command}`);
      return [
        paint(`ALARM ${alarm.databaseName}: ${alarm.text}`),
        `  since ${momentOf(alarm.raisedAt)}, run ${alarm.runId.slice(0, 8)}, alarm ${alarm.alarmId}`,
        ...(commands.length > 0 ? ['  what remains to be done, in this order:', ...commands] : []),
        ...(alarm.kind === 'attention' ? [`  then:  dagctl alarms acknowledge ${alarm.alarmId}`] : []),
      ].join('\n');
    })
    .join('\n\n');
}
