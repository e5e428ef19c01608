import { describe, expect, it } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PlanDocument, PlanTaskView, RunView } from '#contracts';
import { eventually } from '../support/eventually.js';
import type { RunningLab } from '../support/start-lab.js';
import { dagctl } from './dagctl.js';

/** Plans as an administrator meets them: made, kept in a file, changed in an editor, carried out, and refused when the DAG is another one. */
export function planTests(lab: () => RunningLab): void {
  describe('plans', () => {
    it('a plan in a file is carried out as it is, and each choice is explained afterwards', async () => {
      const running = lab();
      const file = join(running.directory, 'tonight.json');
      const made = await dagctl(running, 'plan', '--dag', running.status().dag, '--out', file);
      expect(made).toMatchObject({ code: 0, stderr: '' });
      expect(made.stdout).toMatch(/expected finish .* best possible/);

      // One backup is moved to the active copy, which no planner chooses while a passive one is well: so the file decides, not the planner.
      const plan = readPlan(file);
      const moved = plan.tasks.find((task) => eligibleActive(plan, task) !== undefined);
      const active = moved && eligibleActive(plan, moved);
      if (!moved || !active) throw new Error(`the plan offers no active copy: ${made.stdout}`);
      expect(moved.member).not.toBe(active);
      const tasks = plan.tasks.map((task) => (task === moved ? { ...task, member: active } : task));
      writeFileSync(file, JSON.stringify({ ...plan, tasks }));

      const { code, stdout, stderr } = await dagctl(running, 'backup', '--plan', file, '--wait', '--json');
      expect({ code, stderr }).toMatchObject({ code: 0 });
      const run = JSON.parse(stdout) as RunView;
      const done = run.tasks.map(({ databaseName, attempts }) => [databaseName, attempts.map(({ member }) => member)]);
      expect(Object.fromEntries(done)).toEqual(
        Object.fromEntries(tasks.map(({ databaseName, member }) => [databaseName, member ? [member] : []])),
      );

      const explained = await dagctl(running, 'run', 'explain', run.runId, moved.databaseName);
      expect(explained.code).toBe(0);
      for (const { member } of moved.candidates) expect(explained.stdout.toLowerCase()).toContain(member);
      const replayed = await dagctl(running, 'run', 'explain', run.runId, '--replay');
      expect(replayed).toMatchObject({ code: 0 });
      expect(replayed.stdout).toMatch(/same=[1-9]\d* different=0 notStored=0\n$/);
      expect((await running.verify()).failures).toEqual([]);
    });

    it('a plan whose database is active elsewhere since is refused with exit code 3, and says where', async () => {
      const running = lab();
      const file = join(running.directory, 'outdated.json');
      const database = running.status().databases.find(({ kind }) => kind === 'dag');
      const target = database?.copies.find(
        ({ role, replayLagMs, member }) => role === 'passive' && replayLagMs === 0 && member !== 'EX04',
      );
      if (!database || !target) throw new Error('the lab has no database that could be switched over');
      expect(await dagctl(running, 'plan', '--database', database.name, '--out', file)).toMatchObject({ code: 0 });
      running.world.switchover(database.name, target.member);
      await eventually(
        async () => {
          const { databases } = await running.client.snapshot();
          const seen = databases.find(({ name }) => name === database.name);
          return seen?.activeMember === target.member.toLowerCase() && seen.mounted === true;
        },
        { what: `the inventory sees ${database.name} on ${target.member}` },
      );

      const { code, stdout, stderr } = await dagctl(running, 'backup', '--plan', file, '--wait');
      expect(stdout + stderr).toMatch(
        new RegExp(`topology has changed since .*${database.name} is now active on ${target.member}`, 'i'),
      );
      expect(code).toBe(3);
    });

    it('a plan without a member, for larger databases, answers what if and cannot be carried out', async () => {
      const running = lab();
      const file = join(running.directory, 'what-if.json');
      const asked = ['--without-member', 'EX02', '--grow', '20%', '--window', '6h', '--out', file];
      const { code, stdout } = await dagctl(running, 'plan', '--dag', running.status().dag, ...asked);
      expect(code).toBe(0);
      expect(stdout).toMatch(/everything fits into 6 h.*cannot be carried out/s);
      const plan = readPlan(file);
      expect(plan.window?.late).toEqual([]);
      expect(plan.tasks.flatMap(({ candidates }) => candidates.map(({ member }) => member))).not.toContain('ex02');
      const refused = await dagctl(running, 'backup', '--plan', file, '--wait');
      expect(refused.code).toBe(2);
      expect(refused.stderr).toContain('a world that is not');
    });
  });
}

function readPlan(file: string): PlanDocument {
  return JSON.parse(readFileSync(file, 'utf8')) as PlanDocument;
}

/** The member with the active copy, if the backup could be made there and the planner chose another one. */
function eligibleActive({ topology }: PlanDocument, { databaseGuid, candidates }: PlanTaskView): string | undefined {
  const copies = topology.find(({ guid }) => guid === databaseGuid)?.copies ?? [];
  const active = copies.find(({ role }) => role === 'active')?.member;
  return candidates.find(({ member, eligible, chosen }) => member === active && eligible && !chosen)?.member;
}
