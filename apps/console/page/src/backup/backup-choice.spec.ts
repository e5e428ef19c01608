import { expect, it } from '@jest/globals';
import { BackupRequest } from '#contracts';
import { validated } from '#messaging';
import { NO_CHOICE, requestOf } from './backup-choice.js';

it.each([
  [NO_CHOICE, { backupType: 'full', copyPreference: 'preferPassive', copiesPerDatabase: 1 }],
  [
    { ...NO_CHOICE, databases: ['MBX01'], copyPreference: 'passiveOnly' as const },
    { databases: ['MBX01'], onFailover: 'bestCopy' },
  ],
])('%j is a request that the conductor takes', (choice, expected) => {
  const request = requestOf(choice);
  expect(request).toMatchObject(expected);
  expect(request).not.toHaveProperty('dags');
  expect(validated(BackupRequest, request)).toMatchObject({ ok: true });
});
