/**
 * Names of servers and DAGs arrive in any letter case and as short name or FQDN, often mixed within one output of one
 * cmdlet (reference: exchange-and-tdp, section 0 rule 8). Everything inside the product compares and routes by the ids
 * made here, and shows people the name as Exchange spells it.
 */

/** Longest id accepted; NetBIOS computer names have 15 characters, DAG names up to 63. */
export const ID_MAX_LENGTH = 63;

/** What an id looks like. No dots: an id is one word of a routing key, one part of a queue name and of a user name. */
export const ID_PATTERN = /^[a-z0-9](?:[a-z0-9-]{0,62})$/;

function toId(name: string): string {
  const short = name.trim().split('.')[0] ?? '';
  return short
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, ID_MAX_LENGTH);
}

/** `EX01.contoso.local`, `ex01` and `EX01` are the same member: `ex01`. An unusable name gives the empty string. */
export const memberIdOf = toId;

/** The id of a DAG, by the same rule as a member's. */
export const dagIdOf = toId;

/** How people are shown a member or DAG whose name is not at hand: in upper case, as Exchange writes the names of servers. */
export function displayName(id: string | null): string {
  return id === null ? 'an unknown member' : id.toUpperCase();
}

/** Stands in routing keys where a run or a database belongs to no DAG. A DAG cannot carry this name: ids are never empty. */
export const NO_DAG = 'none';

/** Stands in routing keys where a run spans several DAGs. */
export const MANY_DAGS = 'many';
