import { readFile } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { PlanDocument, type BackupRequest, type WhatIf } from '#contracts';
import { validated } from '#messaging';
import type { BackupOptions } from './backup-options.js';
import { parseDuration } from './duration.js';
import { UsageError } from './usage-error.js';

/** Options that a plan leaves open; every other one is part of the plan. */
const OPEN_OPTIONS: ReadonlySet<string> = new Set(['requestId', 'requestedBy', 'deadline', 'url', 'json', 'debug']);
/** Faults of a file named at once. */
const FAULTS_MAX = 10;

/** The request that carries out the plan in a file as it is. */
export async function requestFromPlan(file: string, options: BackupOptions): Promise<BackupRequest> {
  const mixed = Object.keys(options).filter((name) => !OPEN_OPTIONS.has(name));
  if (mixed.length > 0) {
    const named = mixed.map((name) => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
    throw new UsageError(
      `--plan says what is done; ${named.join(', ')} cannot be given with it. Make another plan instead.`,
    );
  }
  const document = await readPlan(file);
  if (!isOfThisWorld(document.whatIf)) {
    throw new UsageError(
      `the plan in ${file} is for a world that is not (--without-member, --grow); it cannot be carried out`,
    );
  }
  const deadlineMs = options.deadline === undefined ? document.request.deadlineMs : parseDuration(options.deadline);
  if (options.deadline !== undefined && deadlineMs === undefined) {
    throw new UsageError(`--deadline must be a time like 6h, 90m or 1h30m, not "${options.deadline}"`);
  }
  const { requestId: _, ...request } = document.request;
  return {
    ...request,
    requestedBy: options.requestedBy ?? `${userInfo().username}@${hostname()}`,
    ...(options.requestId === undefined ? {} : { requestId: options.requestId }),
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
    plan: {
      madeAt: document.madeAt,
      topology: document.topology,
      finishMs: document.finishMs,
      boundMs: document.boundMs,
      tasks: document.tasks.flatMap(({ taskId, member, startMs, endMs }) =>
        member === null || startMs === null || endMs === null ? [] : [{ taskId, member, startMs, endMs }],
      ),
    },
  };
}

/** Only asking whether a plan fits into some time leaves the world as it is. */
export function isOfThisWorld(whatIf: WhatIf | null | undefined): boolean {
  return (whatIf?.withoutMembers ?? []).length === 0 && (whatIf?.growPercent ?? 0) === 0;
}

async function readPlan(file: string): Promise<PlanDocument> {
  const document = validated(PlanDocument, parsed(file, await text(file)));
  if (!document.ok) {
    const shown = document.violations.slice(0, FAULTS_MAX).map((fault) => `  - ${fault}`);
    throw new UsageError(`${file} is no plan made by "dagctl plan --out":\n${shown.join('\n')}`);
  }
  return document.data;
}

async function text(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`the plan file cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function parsed(file: string, content: string): object {
  try {
    const value: unknown = JSON.parse(content);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    throw new UsageError(`${file} is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  throw new UsageError(`${file} holds no JSON object; a plan is made by "dagctl plan --out"`);
}
