// The file alone: what else is in there speaks to a broker, which a page cannot.
export { copyHealth, nameOf, problemsOf } from '../../../../../libs/client/src/health.js';
import type { LiveMember } from './overview.js';

/** What a person should look at, in words. */
export function memberProblems(member: LiveMember): readonly string[] {
  const client = member.client.installed === false ? ['no backup client is installed'] : [];
  const agent =
    member.agent.state === 'silent'
      ? ['its agent is silent']
      : member.agent.state === 'never'
        ? ['no agent has ever reported from it']
        : [];
  return [...client, ...agent, ...member.warnings];
}
