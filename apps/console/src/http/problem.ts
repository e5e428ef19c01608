import { Type } from 'class-transformer';
import { IsArray, IsInt, IsObject, IsOptional, IsString, ValidateNested } from 'class-validator';
import { Failure } from '#contracts';

/** Problem details (RFC 9457), the one shape of every answer that is not as asked. */
export class Problem {
  /** The failure's stable type, as a relative reference. */
  @IsString() readonly type!: string;
  @IsString() readonly title!: string;
  @IsInt() readonly status!: number;
  @IsString() readonly detail!: string;
  /** Everything that is wrong with the request, each with its path. */
  @IsOptional() @IsArray() @IsString({ each: true }) readonly violations?: readonly string[];
  @IsOptional() @IsObject() @ValidateNested() @Type(() => Failure) readonly failure?: Failure;
}

/** Thrown by what answers HTTP requests, and by nothing else. */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
    this.name = 'ProblemError';
  }
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'The request is wrong',
  401: 'Sign in first',
  403: 'Not allowed',
  404: 'There is no such thing',
  409: 'In conflict with what there is',
  413: 'Too large',
  415: 'Not JSON',
  422: 'The request cannot be carried out',
  429: 'Too many tries',
  500: 'A fault of the console',
  502: 'The answer of a service could not be used',
  503: 'A service cannot be reached',
  504: 'A service did not answer in time',
};

export function problem(
  status: number,
  type: string,
  detail: string,
  more: { readonly violations?: readonly string[]; readonly failure?: Failure } = {},
): Problem {
  return { type, title: TITLES[status] ?? 'Not as asked', status, detail, ...more };
}

/** The HTTP status that says the same as a failure's type. */
const STATUS_BY_TYPE: readonly (readonly [RegExp, number])[] = [
  [/^broker\./, 503],
  [/^query\.timeout$/, 504],
  [/^query\.bad-reply$/, 502],
  [/\.absent$|^query\.unroutable$/, 503],
  [/\.(unknown|not-found)$/, 404],
  [/\.conflict$|^plan\.outdated$/, 409],
];

export function problemOf(failure: Failure): Problem {
  const status = STATUS_BY_TYPE.find(([pattern]) => pattern.test(failure.type))?.[1] ?? (failure.retryable ? 503 : 422);
  return problem(status, failure.type, failure.message, { failure });
}
