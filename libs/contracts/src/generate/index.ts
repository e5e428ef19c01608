import 'reflect-metadata';
export * from './asyncapi.js';
export * from './json-schema.js';
export * from './messages-document.js';
export * from './participants.js';
