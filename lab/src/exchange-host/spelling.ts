import { fractionOf } from '../world/content.js';
import type { MemberRow } from '../world/rows.js';

/** Exchange gives one server in several spellings within one output (reference section 0 rule 8); so does the lab, always the same way. */
export function spellServer(member: MemberRow, where: string): string {
  const forms = [
    member.name,
    member.name.toLowerCase(),
    member.fqdn,
    `${member.name.toLowerCase()}${member.fqdn.slice(member.name.length).toUpperCase()}`,
  ];
  return forms[Math.floor(fractionOf(`spelling:${where}:${member.name}`) * forms.length)] ?? member.name;
}
