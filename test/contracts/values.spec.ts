import { describe, expect, it } from '@jest/globals';
import {
  NodeReported,
  contractOf,
  dagIdOf,
  memberIdOf,
  routingKey,
  type BackupRequest,
  type Heartbeat,
  type NodeReport,
} from '#contracts';
import { validated } from '#messaging';
import { altered } from './samples.js';

function accepted<Data extends object>(type: string, data: unknown): Data {
  const contract = contractOf(type);
  if (!contract) throw new Error(`no contract ${type}`);
  const result = validated(contract.data, data);
  if (!result.ok) throw new Error(result.violations.join('; '));
  return result.data as Data;
}

describe('names of servers', () => {
  it.each(['ex01', 'EX01', 'Ex01.contoso.local', ' EX01.CONTOSO.LOCAL '])('%j is ex01', (name) => {
    expect(memberIdOf(name)).toBe('ex01');
    expect(accepted<Heartbeat>('dag.heartbeat.v1', altered('dag.heartbeat.v1', 'memberId', name)).memberId).toBe(
      'ex01',
    );
  });

  it('are folded wherever they stand, in lists and deep inside', () => {
    const request = accepted<BackupRequest>('dag.backup.requested.v1', {
      dags: ['DAG01.contoso.local'],
      excludeMembers: ['EX03', 'ex04.contoso.local'],
    });
    expect(request).toEqual({ dags: ['dag01'], excludeMembers: ['ex03', 'ex04'] });
    const report = accepted<NodeReport>(
      'dag.node.reported.v1',
      altered('dag.node.reported.v1', 'databases.0.copies.1.member', 'EX02.contoso.local'),
    );
    expect(report.databases[0]?.copies[1]?.member).toBe('ex02');
  });

  it('keep Exchange’s spelling where people read them', () => {
    const report = accepted<NodeReport>('dag.node.reported.v1', altered('dag.node.reported.v1', 'memberName', 'Ex01'));
    expect(report.memberName).toBe('Ex01');
  });

  it('cannot get a second word into a routing key', () => {
    expect(dagIdOf('DAG 01_b')).toBe('dag-01-b');
    expect(() => routingKey(NodeReported, { member: 'ex01.contoso' })).toThrow('one word');
    expect(() => routingKey(NodeReported, { member: '#' })).toThrow('one word');
    expect(() => routingKey(NodeReported, { member: '' })).toThrow('one word');
    expect(routingKey(NodeReported, { member: memberIdOf('EX01.contoso.local') })).toBe('node.ex01.report');
  });
});

describe('integers of 64 bits', () => {
  it.each(['0', '9007199254740993', '18446744073709551615'])('%s travels exactly', (size) => {
    const data = altered('dag.node.reported.v1', 'databases.0.sizeBytes', size);
    const report = accepted<NodeReport>('dag.node.reported.v1', JSON.parse(JSON.stringify(data)));
    expect(report.databases[0]?.sizeBytes).toBe(size);
    expect(BigInt(report.databases[0]?.sizeBytes ?? '') === BigInt(size)).toBe(true);
  });
});

describe('what is not known', () => {
  it('is null, stays null, and may be left out', () => {
    for (const value of [null, undefined]) {
      const report = accepted<NodeReport>(
        'dag.node.reported.v1',
        altered('dag.node.reported.v1', 'databases.0.mounted', value),
      );
      expect(report.databases[0]?.mounted ?? null).toBeNull();
    }
  });
});
