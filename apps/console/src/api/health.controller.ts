import { Controller, Get } from '@nestjs/common';
import { IsString } from 'class-validator';
import { VERSION } from '#service';
import { Route } from '../http/route.js';

export class Health {
  @IsString() readonly status!: string;
  @IsString() readonly version!: string;
}

/** For load balancers and service managers. */
@Controller('health')
export class HealthController {
  @Get()
  @Route({ summary: 'Answers while the console works.', access: 'public', reply: Health })
  health(): Health {
    return { status: 'ok', version: VERSION };
  }
}
