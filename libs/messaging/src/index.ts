export { Broker, type BrokerOptions } from './broker.js';
export { SILENT_LOG, type LogEntry, type MessagingLog } from './connection/log.js';
export type { BrokerFigures, ConnectionRole, PublishFigures, QueueFigures } from './figures.js';
export { MessageContext } from './consuming/context.js';
export { PermanentError } from './consuming/errors.js';
export { LONGEST_REDELIVERY_MS, retentionProblem } from './consuming/redelivery.js';
export type { QueueOptions } from './consuming/queue-consumer.js';
export { validated, type Validated } from './consuming/validate.js';
export { withDeadLetters, type DeadLetters, type Looked, type Settlement } from './dead-letters/dead-letters.js';
export type { ParkedMessage } from './dead-letters/parked-message.js';
export { LOOKED_AT_MAX } from './dead-letters/reading.js';
export { replayOf, type Replay } from './dead-letters/replay.js';
export { jsonOf, jsonText, utf8Of } from './dead-letters/values.js';
export { Handles } from './nest/handles.js';
export { MessagingModule, PUBLISHER, QUERY_CLIENT } from './nest/messaging.module.js';
export { AmqpStrategy, type AmqpStrategyOptions } from './nest/strategy.js';
export { toOutgoing, type OutgoingMessage, type OutgoingMeta } from './publishing/outgoing.js';
export type { Publisher, PublishOptions, PublishOutcome } from './publishing/publisher.js';
export type { QueryClient } from './queries/query-client.js';
export { applyTopology, checkTopology } from './provisioning/declare.js';
export { toDefinitions, type DefinitionsUser } from './provisioning/definitions.js';
export {
  applyPolicies,
  applyUsers,
  createVhost,
  deleteUsers,
  deleteVhost,
  type UserWithPassword,
} from './provisioning/management.js';
export type { QueueLoad, SeenState, SeenThing } from './provisioning/inspect.js';
export type { BrokerInspection } from './provisioning/inspect-broker.js';
export { passwordHash } from './provisioning/password-hash.js';
export { requireTopology } from './provisioning/require-topology.js';
