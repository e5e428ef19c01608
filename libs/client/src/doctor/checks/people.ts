import { inAnswer, these, type Check } from '../finding.js';
import { counted, minuteOf } from '../words.js';

const SEE_ALARMS = 'dagctl alarms list';
/** Commands of one alarm that are told; the list tells all. */
const COMMANDS_TOLD = 20;

/** What was left to a person. */
export const checkAlarms: Check = ({ alarms }, say) =>
  inAnswer(alarms, say, (standing) => {
    const found = standing.map(({ databaseName, text, raisedAt, commands, alarmId, kind }) => {
      const told = commands.slice(0, COMMANDS_TOLD);
      const rest = commands.length > told.length ? [SEE_ALARMS] : [];
      const then = kind === 'attention' ? [`dagctl alarms acknowledge ${alarmId} --note "done by hand"`] : [];
      return say.problem(`${databaseName}, since ${minuteOf(raisedAt)}: ${text}`, ...told, ...rest, ...then);
    });
    return these(found, say, { see: SEE_ALARMS, well: () => 'No alarm stands.' });
  });

/** When backups may run: good to know, and no fault. */
export const checkWindow: Check = ({ maintenance }, say) =>
  inAnswer(maintenance, say, ({ defaultWindow }) => {
    if (!defaultWindow) return [say.ok('Backups may run at any time.')];
    const { isOpen, mayStart, changesAt } = defaultWindow;
    const until = typeof changesAt === 'string' ? ` until ${minuteOf(changesAt)}` : '';
    if (mayStart) return [say.ok(`The window for backups is open${until}.`)];
    return isOpen
      ? [say.ok(`The window for backups is open, but it is too late to start in it${until}; what runs goes on.`)]
      : [say.ok(`The window for backups is closed${until}; nothing starts before.`)];
  });

/** Can anybody sign in to a console. None needs to, so no token at all is no fault. */
export const checkTokens: Check = ({ tokens, nowMs }, say) =>
  inAnswer(tokens, say, (known) => {
    if (known.length === 0) return [say.ok('No token for a console has been made; dagctl token create makes one.')];
    const good = known.filter(({ expiresAt }) => Date.parse(expiresAt) > nowMs).length;
    const expired = known.length - good;
    if (good === 0) {
      const text = `Every token for the console (${expired}) has expired: nobody can sign in anew.`;
      return [say.warning(text, 'dagctl token create --role administrator')];
    }
    const others = expired === 0 ? '' : `, and ${expired} that ${expired === 1 ? 'has' : 'have'} expired`;
    return [say.ok(`${counted(good, 'token')} for consoles${others}.`)];
  });
