import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { defineMessage, defineQuery } from '../message.js';
import { IsId, IsOneOf, IsUtc } from '../validators.js';
import { CandidateView, RunSummary, RunView } from '../views.run.js';
import { REPLAY_OUTCOMES, type ReplayOutcome } from '../vocabulary.js';

const TEXT_MAX_LENGTH = 4_000;

/** One thing that happened in a run, as outside readers (schedulers, the audit stream) get it. */
export class RunFact {
  @IsUUID() readonly runId!: string;
  @IsString() @MaxLength(128) readonly requestId!: string;
  /** Position in the run's history. */
  @IsInt() @Min(1) readonly sequence!: number;
  @IsUtc() readonly at!: string;
  @IsString() @MaxLength(TEXT_MAX_LENGTH) readonly text!: string;
  @IsOptional() @IsUUID() readonly databaseGuid?: string;
  @IsOptional() @IsString() @MaxLength(200) readonly databaseName?: string;
  @IsOptional() @IsId() readonly member?: string;
  @IsOptional() @IsInt() @Min(1) readonly attempt?: number;
  /** Set when the run is over. */
  @IsOptional() @IsInt() @Min(0) readonly exitCode?: number;
}

function runFact<const What extends string>(what: What, summary: string) {
  return defineMessage({
    type: `dag.run.${what}.v1`,
    kind: 'event',
    exchange: 'dag.events',
    route: `run.{dag}.${what}`,
    data: RunFact,
    summary,
    durable: true,
  });
}

/** What the conductor tells the world about its runs, by name. */
export const RunFacts = {
  requested: runFact('requested', 'A request became a run.'),
  refused: runFact('refused', 'A request was refused; the text names the clause.'),
  planned: runFact('planned', 'Every task of the run has its member, or the rule that leaves it out.'),
  taskDispatched: runFact('task-dispatched', 'A task was sent to a member.'),
  taskStarted: runFact('task-started', 'The backup client started on the member.'),
  taskRerouted: runFact('task-rerouted', 'A task goes on at another member, or again, and why.'),
  taskWaiting: runFact('task-waiting', 'A task cannot go on now; the text says what it waits for.'),
  windowOpened: runFact('window-opened', 'Backups of the run may start from now on.'),
  windowClosed: runFact(
    'window-closed',
    'Nothing new of the run is started from now on; the text says what becomes of the rest.',
  ),
  taskCompleted: runFact('task-completed', 'A task reached its final state.'),
  attemptEnded: runFact('attempt-ended', 'One attempt of a task ended.'),
  stepOrdered: runFact('step-ordered', 'A step of a restore was ordered from a member.'),
  stepEnded: runFact('step-ended', 'A step of a restore ended.'),
  databaseMoved: runFact('database-moved', 'A database of the run moved to another member.'),
  agentLost: runFact('agent-lost', 'The lease of an agent with work of this run ran out.'),
  cancelling: runFact('cancelling', 'The run is being cancelled.'),
  completed: runFact('completed', 'The run is over.'),
} as const;

export class RunListQuery {
  /** Newest first; default 20. */
  @IsOptional() @IsInt() @Min(1) @Max(500) readonly limit?: number;
}

export class RunList {
  @IsArray() @ValidateNested({ each: true }) @Type(() => RunSummary) readonly runs!: readonly RunSummary[];
}

/** One of the two ids. */
export class RunQuery {
  @IsOptional() @IsUUID() readonly runId?: string;
  @IsOptional() @IsString() @MaxLength(128) readonly requestId?: string;
  /** Send history entries after this one. Default 0: from the start. */
  @IsOptional() @IsInt() @Min(0) readonly afterSequence?: number;
}

export class ExplainQuery {
  @IsUUID() readonly runId!: string;
  /** Name or GUID; default: every database. */
  @IsOptional() @IsString() @MaxLength(200) readonly database?: string;
  /** Make every decision again from what was stored with it, by the rules of the conductor that answers, and compare. Default: no. */
  @IsOptional() @IsBoolean() readonly replay?: boolean;
}

/** How a stored decision comes out when it is made again. */
export class ReplayView {
  @IsOneOf(REPLAY_OUTCOMES) readonly outcome!: ReplayOutcome;
  /** What differs: then, and now. */
  @IsArray() @IsString({ each: true }) readonly differences!: readonly string[];
}

/** Why one task went where it went: the plan's choice, and each later one. */
export class Decision {
  @IsString() @MaxLength(100) readonly taskId!: string;
  @IsString() @MaxLength(200) readonly databaseName!: string;
  @IsUtc() readonly at!: string;
  @IsString() @MaxLength(TEXT_MAX_LENGTH) readonly summary!: string;
  @IsArray() @ValidateNested({ each: true }) @Type(() => CandidateView) readonly candidates!: readonly CandidateView[];
  /** Where it was asked for. */
  @IsOptional() @IsObject() @ValidateNested() @Type(() => ReplayView) readonly replay?: ReplayView;
}

export class Explanation {
  @IsUUID() readonly runId!: string;
  @IsArray() @ValidateNested({ each: true }) @Type(() => Decision) readonly decisions!: readonly Decision[];
  /** Of the plan as a whole: its finish, its bound, and which backups there are. Where it was asked for and the run was planned. */
  @IsOptional() @IsObject() @ValidateNested() @Type(() => ReplayView) readonly plan?: ReplayView;
}

const conductorQuery = { kind: 'query', exchange: 'dag.queries', route: 'conductor', durable: false } as const;

export const ListRuns = defineQuery({
  ...conductorQuery,
  type: 'dag.runs.list.v1',
  data: RunListQuery,
  reply: RunList,
  summary: 'The latest runs.',
});

export const GetRun = defineQuery({
  ...conductorQuery,
  type: 'dag.run.get.v1',
  data: RunQuery,
  reply: RunView,
  summary: 'One run with its tasks, attempts and what happened since a given point.',
});

export const ExplainRun = defineQuery({
  ...conductorQuery,
  type: 'dag.run.explain.v1',
  data: ExplainQuery,
  reply: Explanation,
  summary: 'Every candidate of every decision of a run, with the reason.',
});
