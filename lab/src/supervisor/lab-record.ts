import { resolve } from 'node:path';
import { memberIdOf } from '#contracts';
import { worldStatus } from '../world/index.js';
import { readState, writeState } from './files.js';
import { labPaths } from './paths.js';
import type { LabMember, LabTiming } from './service-plan.js';

/** What is known of a lab beyond its world; kept in `lab.json`. */
export interface LabRecord {
  readonly vhost: string;
  readonly up: boolean;
  readonly ownVhost: boolean;
  readonly verifySender: boolean;
  readonly managementUrl?: string;
  readonly timing: LabTiming;
  readonly withConsole: boolean;
}

export function readLabRecord(directory: string): LabRecord | null {
  return readState(labPaths(resolve(directory)).record, isLabRecord);
}

export function keepLabRecord(directory: string, record: LabRecord): void {
  writeState(labPaths(directory).record, record);
}

export function labMembers(directory: string): readonly LabMember[] {
  return worldStatus(directory).members.map(({ name, hasClient, storageServer }) => ({
    id: memberIdOf(name),
    name,
    hasClient,
    storageServer,
  }));
}

export function agentIds(members: readonly LabMember[]): readonly string[] {
  return members.filter((member) => member.hasClient).map((member) => member.id);
}

function isLabRecord(content: object): content is LabRecord {
  return 'vhost' in content && 'up' in content && 'timing' in content;
}
