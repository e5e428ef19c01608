export * from './format.js';
export * from './lines.js';
export * from './model.js';
export * from './progress-view.js';
