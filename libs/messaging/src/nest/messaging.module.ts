import { Global, Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { Broker } from '../broker.js';

/** Injects the {@link Publisher}. */
export const PUBLISHER = Symbol('Publisher');
/** Injects the {@link QueryClient}. */
export const QUERY_CLIENT = Symbol('QueryClient');

/** Gives the application its broker; closes it last, when every other module has said what it had to say. */
@Global()
@Module({})
export class MessagingModule implements OnApplicationShutdown {
  constructor(@Inject(Broker) private readonly broker: Broker) {}

  static forBroker(broker: Broker): DynamicModule {
    return {
      module: MessagingModule,
      providers: [
        { provide: Broker, useValue: broker },
        { provide: PUBLISHER, useValue: broker.publisher },
        { provide: QUERY_CLIENT, useValue: broker.queries },
      ],
      exports: [Broker, PUBLISHER, QUERY_CLIENT],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.broker.close();
  }
}
