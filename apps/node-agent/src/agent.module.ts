import { MessagingModule, type Broker } from '#messaging';
import { Module, type DynamicModule } from '@nestjs/common';
import { CommandsController } from './adapters/amqp/commands.controller.js';
import { Agent } from './agent/agent.js';

/** The broker's side of the agent; the agent itself is made outside of Nest and given in. */
@Module({ controllers: [CommandsController] })
class AgentModule {
  readonly name = 'agent';
}

export function agentModule(broker: Broker, agent: Agent): DynamicModule {
  return {
    module: AgentModule,
    imports: [MessagingModule.forBroker(broker)],
    providers: [{ provide: Agent, useValue: agent }],
  };
}
