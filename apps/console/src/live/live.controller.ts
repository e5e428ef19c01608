import { Controller, Get, Headers, Inject, Param, ParseUUIDPipe, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Route } from '../http/route.js';
import { ConsoleCounts } from '../monitoring/counts.js';
import type { Viewer } from './channel.js';
import { LiveHub } from './live-hub.js';

/** Server-sent events: a snapshot first, then what changes. A browser that lost the connection resumes by `Last-Event-ID`. */
@Controller()
export class LiveController {
  constructor(
    @Inject(LiveHub) private readonly hub: LiveHub,
    @Inject(ConsoleCounts) private readonly counts: ConsoleCounts,
  ) {}

  @Get('events')
  @Route({
    summary:
      'Live: members, databases, copies, runs, limits and drains. Events: snapshot, change (what of it is new), trouble.',
    access: 'viewer',
    produces: 'text/event-stream',
  })
  overview(@Headers('last-event-id') lastEventId: string | undefined, @Res() response: Response): void {
    stream(response, this.counts, (viewer) => this.hub.watchOverview(viewer, lastEventId));
  }

  @Get('runs/:runId/events')
  @Route({
    summary: 'Live: one run with its tasks and attempts. Events: snapshot, change (what of it is new), trouble.',
    access: 'viewer',
    produces: 'text/event-stream',
  })
  run(
    @Param('runId', ParseUUIDPipe) runId: string,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() response: Response,
  ): void {
    stream(response, this.counts, (viewer) => this.hub.watchRun(runId, viewer, lastEventId));
  }
}

function stream(response: Response, counts: ConsoleCounts, watch: (viewer: Viewer) => () => void): void {
  const viewer: Viewer = {
    backlogBytes: () => response.writableLength,
    write: (text) => {
      counts.liveBytes += Buffer.byteLength(text);
      response.write(text);
    },
    // Ending it politely would keep what is unread in memory until it is read, which may be never.
    close: () => void response.destroy(),
  };
  response.status(200).set({
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    // Nginx would otherwise hold events back until they fill its buffer.
    'x-accel-buffering': 'no',
  });
  const leave = watch(viewer);
  response.flushHeaders();
  response.once('close', leave);
}
