import type { INestApplication } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { schemasOf } from '#contracts/schemas';
import { VERSION } from '#service';
import { Problem } from '../http/problem.js';
import { ROUTE, type RouteDescription } from '../http/route.js';

/** The OpenAPI document of the API: paths from the routes, schemas from the same DTOs that requests are checked by. */
export function openApiOf(app: INestApplication): OpenAPIObject {
  const info = new DocumentBuilder()
    .setTitle('DAG Conductor console')
    .setDescription(
      'Everything dagctl can do, over HTTP. Programs send a token as "Authorization: Bearer …"; make one with "dagctl token create".',
    )
    .setVersion(VERSION)
    .addBearerAuth()
    .build();
  const document = SwaggerModule.createDocument(app, info);
  const dtos = routesOf(app).flatMap(({ body, query, reply }) =>
    [body, query, reply].filter((type) => type !== undefined),
  );
  const schemas = schemasOf([Problem, ...dtos]);
  return {
    ...document,
    components: {
      ...document.components,
      schemas,
    },
  };
}

/** What the routes of an application say of themselves. */
export function routesOf(app: INestApplication): readonly RouteDescription[] {
  return [...app.get(ModulesContainer).values()]
    .flatMap((module) => [...module.controllers.values()])
    .flatMap(({ metatype }) => (metatype ? handlersOf(metatype) : []))
    .flatMap((handler) => (Reflect.getMetadata(ROUTE, handler) as RouteDescription | undefined) ?? []);
}

function handlersOf(controller: { readonly prototype: unknown }): readonly object[] {
  const prototype = controller.prototype as Readonly<Record<string, unknown>>;
  return Object.getOwnPropertyNames(prototype)
    .filter((name) => name !== 'constructor')
    .map((name) => prototype[name])
    .filter((member): member is object => typeof member === 'function');
}
