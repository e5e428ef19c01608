import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import cookieParser from 'cookie-parser';
import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';
import { jsonLogger } from '#service';
import type { OneTimeCode } from './access/one-time-code.js';
import { ConsoleModule } from './console.module.js';
import type { Listening } from './listening.js';
import { countRequests } from './monitoring/count-requests.js';
import { ConsoleCounts } from './monitoring/counts.js';
import { openApiOf } from './openapi/document.js';
import { servePage } from './page.js';
import type { ConsoleClient, ConsoleOptions } from './ports.js';

/** Requests are orders and selections; none needs more. */
const BODY_MAX = '1mb';
/**
 * Longer than proxies keep a connection that nobody uses (60 s, as a rule), and browsers follow what they are told: whoever uses one again must not
 * find that it is being closed just then.
 */
const KEEP_ALIVE_MS = 75_000;

/** The whole HTTP application, not yet listening. */
export async function buildApp(
  client: ConsoleClient,
  options: ConsoleOptions,
  oneTimeCode: OneTimeCode,
  {
    https,
    counts = new ConsoleCounts(),
  }: { readonly https?: Listening['https']; readonly counts?: ConsoleCounts } = {},
): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(
    ConsoleModule.from(client, options, oneTimeCode, counts),
    {
      logger: jsonLogger('console', 'warn'),
      abortOnError: false,
      bodyParser: false,
      ...(https ? { httpsOptions: https } : {}),
    },
  );
  app.getHttpServer().keepAliveTimeout = KEEP_ALIVE_MS;
  app.set('trust proxy', options.behindProxy ? 1 : false);
  app.use(countRequests(counts));
  app.use(helmet(HEADERS));
  app.use(cookieParser());
  app.useBodyParser('json', { limit: BODY_MAX });
  app.setGlobalPrefix('api');
  const document = JSON.stringify(openApiOf(app), null, 2);
  app.use((request: Request, response: Response, next: NextFunction) => {
    if (request.method === 'GET' && (request.path === '/api' || request.path === '/api/')) {
      response.type('application/json').send(document);
    } else {
      next();
    }
  });
  servePage(app, options.pageFolder);
  return app;
}

/** Nothing from elsewhere, nothing inline but styles, which the component library sets on elements. */
const HEADERS = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      manifestSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  },
  referrerPolicy: { policy: 'no-referrer' },
  crossOriginResourcePolicy: { policy: 'same-origin' },
} as const;
