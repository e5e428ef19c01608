import { stringify } from 'yaml';
import { serviceTopology, serviceUsers } from '#contracts';
import { toDefinitions } from '#messaging';
import { asyncApiDocument, messagesDocument } from '../../libs/contracts/src/generate/index.js';
import { examplePicture } from './planning-example.js';

/** Widest line of the YAML; longer texts are folded. */
const YAML_WIDTH = 120;

/** RabbitMQ's hash of a user that exists and cannot log in: permissions cannot be imported for users that do not exist. */
const NO_PASSWORD = '';

/** Every checked-in file that the contracts and the planner generate: its path in the project and its content. Pure. */
export function generatedDocuments(version: string): Readonly<Record<string, string>> {
  return {
    'docs/asyncapi.yaml':
      '# Generated from libs/contracts by "npm run generate"; do not edit.\n' +
      stringify(asyncApiDocument(version), { lineWidth: YAML_WIDTH, aliasDuplicateObjects: false }),
    'docs/messages.md': messagesDocument(),
    'docs/planning-example.svg': examplePicture(),
    'deploy/rabbitmq/definitions.json': `${JSON.stringify(
      toDefinitions(
        serviceTopology(),
        serviceUsers().map((user) => ({ ...user, passwordHash: NO_PASSWORD })),
      ),
      null,
      2,
    )}\n`,
  };
}
