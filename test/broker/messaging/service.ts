import { Module, type DynamicModule, type INestMicroservice, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { AmqpStrategy, MessagingModule, type AmqpStrategyOptions, type Broker } from '#messaging';

@Module({})
class TestModule {
  static with(broker: Broker, controllers: readonly Type[]): DynamicModule {
    return { module: TestModule, imports: [MessagingModule.forBroker(broker)], controllers: [...controllers] };
  }
}

interface TestOptions extends Partial<AmqpStrategyOptions> {
  readonly queues: AmqpStrategyOptions['queues'];
}

/** A real Nest microservice on the real transport. */
export async function startService(
  broker: Broker,
  controllers: readonly Type[],
  { queues, parkAs = 'conductor', verifySender = false }: TestOptions,
): Promise<INestMicroservice> {
  const strategy = new AmqpStrategy(broker, { queues, parkAs, verifySender });
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(TestModule.with(broker, controllers), {
    strategy,
    logger: false,
    abortOnError: false,
  });
  await app.listen();
  return app;
}
