import type { DoctorFinding } from '#contracts';
import type { DoctorFacts } from '../facts.js';
import { inAnswer } from '../finding.js';
import { counted } from '../words.js';

/** Can anybody sign in to a console. None needs to, so no token at all is no fault. */
export function checkTokens({ tokens, nowMs }: DoctorFacts): readonly DoctorFinding[] {
  return inAnswer('tokens', tokens, (known, say) => {
    if (known.length === 0) return [say.ok('No token for a console has been made; dagctl token create makes one.')];
    const good = known.filter(({ expiresAt }) => Date.parse(expiresAt) > nowMs);
    if (good.length === 0) {
      const text = `Every token for the console has expired (${counted(known.length, 'token')}): nobody can sign in anew.`;
      return [say.warning(text, 'dagctl token create --role administrator')];
    }
    const expired = known.length - good.length;
    return [
      say.ok(
        `${counted(good.length, 'token')} for consoles${expired === 0 ? '' : `, and ${expired} that ${expired === 1 ? 'has' : 'have'} expired`}.`,
      ),
    ];
  });
}
