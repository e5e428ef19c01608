import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiQuery, ApiResponse } from '@nestjs/swagger';
import type { ClassConstructor } from 'class-transformer';
import type { AccessRole } from '#contracts';
import { SCHEMA_POINTER } from '#contracts/schemas';

/** Who may use a route: everybody, or a signed-in person with this role or a higher one. */
export type RouteAccess = 'public' | AccessRole;

/** What there is to say of one route: for the guard, the audit log and the OpenAPI document alike. */
export interface RouteDescription {
  readonly summary: string;
  readonly access: RouteAccess;
  /** Names the action in the audit log; every route that changes something has one. */
  readonly action?: string;
  readonly body?: ClassConstructor<object>;
  readonly query?: ClassConstructor<object>;
  readonly reply?: ClassConstructor<object>;
  /** Default 200. */
  readonly status?: number;
  /** True: the request starts something, and asking again with the same `Idempotency-Key` starts nothing new. */
  readonly idempotent?: boolean;
  /** Default `application/json`. */
  readonly produces?: string;
}

export const ROUTE = Symbol('RouteDescription');

/** Every route carries one; a route without is refused by the guard. */
export function Route(description: RouteDescription): MethodDecorator {
  const { summary, access, body, reply, query, status = 200, idempotent, produces = 'application/json' } = description;
  const needs = access === 'public' ? 'Open to everybody.' : `Needs the role ${access} or a higher one.`;
  return applyDecorators(
    SetMetadata(ROUTE, description),
    ApiOperation({ summary, description: needs }),
    ...(body ? [ApiBody({ schema: refTo(body) })] : []),
    ...(query
      ? [ApiQuery({ name: 'query', required: false, style: 'form', explode: true, schema: refTo(query) })]
      : []),
    ...(idempotent
      ? [
          ApiHeader({
            name: 'Idempotency-Key',
            required: true,
            description: 'Asking twice with the same key gives the same run.',
          }),
        ]
      : []),
    ApiResponse({
      status,
      description: 'As asked.',
      ...(reply ? { content: { [produces]: { schema: refTo(reply) } } } : {}),
    }),
    ApiResponse({
      status: 'default',
      description: 'Not as asked; problem details of RFC 9457.',
      content: { 'application/problem+json': { schema: { $ref: `${SCHEMA_POINTER}Problem` } } },
    }),
  );
}

function refTo(type: ClassConstructor<object>): { readonly $ref: string } {
  return { $ref: `${SCHEMA_POINTER}${type.name}` };
}
