import { memberIdOf } from '#contracts';
import { WorldError } from '../world/index.js';

/** How people name the parts of a running lab. */
export type ServiceName = 'engine' | 'inventory' | 'conductor' | 'console' | `agent:${string}`;

/** The service that a person means, in any letter case and with the member as short name or FQDN. */
export function parseServiceName(text: string, known: readonly ServiceName[]): ServiceName {
  const [kind, member] = text.trim().split(/:(.*)/s);
  const wanted = member === undefined ? kind?.toLowerCase() : `${kind?.toLowerCase()}:${memberIdOf(member)}`;
  const found = known.find((name) => name === wanted);
  if (found !== undefined) return found;
  throw new WorldError([`this lab has no service "${text}"; it has ${known.join(', ')}`]);
}

export function serviceFolder(name: ServiceName): string {
  return name.replace(':', '-');
}
