import fc from 'fast-check';
import { expect, it } from 'vitest';
import { problemOf, type Step } from './life.ts';
import { type OutcomeName, outcomes } from './life-outcomes.ts';
import { limitsOf, populate } from './life-processes.ts';

const people = ['ann', 'bob', 'carl', 'dora', 'eve'];
const types = Object.keys(limitsOf);

const happening = fc.oneof(
  { weight: 4, arbitrary: fc.record({ what: fc.constant('wait'), ms: fc.constantFrom(10, 100, 100, 400, 3_000, 20_000, 70_000) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constant('schedule'),
      type: fc.constantFrom(...types),
      to: fc.subarray(people, { minLength: 1 }),
      expiresInMs: fc.option(fc.constantFrom(1_000, 30_000), { nil: undefined }),
    }),
  },
  fc.record({ what: fc.constant('start') }),
  fc.record({ what: fc.constant('crash') }),
  fc.record({ what: fc.constant('stall') }),
  fc.record({ what: fc.constant('stop') }),
  fc.record({ what: fc.constant('requeue') }),
  fc.record({ what: fc.constant('cancel'), address: fc.constantFrom(...people) }),
) as fc.Arbitrary<Happening>;

type Happening =
  | { readonly what: 'wait'; readonly ms: number }
  | { readonly what: 'schedule'; readonly type: string; readonly to: readonly string[]; readonly expiresInMs: number | undefined }
  | { readonly what: 'start' | 'crash' | 'stall' | 'stop' | 'requeue' }
  | { readonly what: 'cancel'; readonly address: string };

const planned = fc.array(fc.constantFrom(...(Object.keys(outcomes) as OutcomeName[])), { maxLength: 40, size: 'max' });

async function live(plan: readonly OutcomeName[], happenings: readonly Happening[]) {
  const { runtime, memory, steps, sends, open } = populate(plan);
  const office = open();
  await runtime.run(office.worker.stop());
  const processes = [open()];
  for (const happening of happenings) {
    switch (happening.what) {
      case 'wait':
        await runtime.advance(happening.ms);
        break;
      case 'schedule': {
        const expiresAt = happening.expiresInMs === undefined ? {} : { expiresAt: runtime.now() + happening.expiresInMs };
        await office.site.scheduleMessages({ type: happening.type, context: {} }, office.site.recipients('post', happening.to), expiresAt);
        break;
      }
      case 'start':
        if (processes.length < 3) processes.push(open());
        break;
      case 'crash':
        processes.shift()?.end();
        break;
      case 'stall':
        // Longer than a lease.
        processes[0]?.stall(65_000);
        break;
      case 'stop': {
        const [stopping] = processes.splice(0, 1);
        if (stopping) await runtime.run(stopping.worker.stop());
        break;
      }
      case 'requeue':
        await runtime.run(office.site.requeue({ status: 'failed' }));
        break;
      case 'cancel':
        await runtime.run(office.site.cancel({ address: happening.address }));
        break;
    }
  }
  processes.push(open());
  for (let waited = 0; (await memory.queue.counts()).length > 0 && waited < 2 * 60; waited++) await runtime.advance(60_000);
  for (const { worker } of processes) await runtime.run(worker.stop());
  return { steps, sends, records: await Array.fromAsync(memory.queue.list({})) };
}

type Life = Awaited<ReturnType<typeof live>>;

/** Whether a result is the one that follows from its send, or from there having been none. */
function resultProblem(step: Step, { sends, steps }: Life): string | undefined {
  const { before, after, token, settlement } = step;
  if (!before || !after) return undefined;
  const limits = limitsOf[before.type] as (typeof limitsOf)[string];
  const sent = sends.find((send) => send.id === before.id && send.token === token);
  const claim = steps.slice(0, steps.indexOf(step)).findLast(({ call, after }) => call === 'claim' && after?.id === before.id);
  const described = `attempt ${before.attempt} of a "${before.type}" one is ${after.status}, ${sent ? 'sent' : 'not sent'}`;
  if (claim?.token !== token) return `${described}, by somebody who does not hold it`;
  if (sent) return after.status === sent.outcome.becomes(before.attempt, limits) ? undefined : described;
  if (after.status === 'pending') return undefined;
  if (after.status === 'skipped') return after.reason === 'expired' ? undefined : described;
  const code = settlement && 'error' in settlement ? settlement.error.code : undefined;
  if (code === 'lease_lost' && limits.onUnknown === 'hold' && claim?.before?.status === 'processing') return undefined;
  return code === 'attempts_used_up' && before.attempt > limits.retryLimit ? undefined : described;
}

it('whatever happens, every change is one of the table, every result follows from its send, and nothing is lost', async () => {
  await fc.assert(
    fc.asyncProperty(planned, fc.array(happening, { minLength: 5, maxLength: 30, size: 'max' }), async (plan, happenings) => {
      const life = await live(plan, happenings);
      const { steps, sends, records } = life;
      expect(steps.map(problemOf).filter((problem) => problem !== undefined)).toEqual([]);
      const results = steps.filter(({ call }) => call === 'settle').map((step) => resultProblem(step, life));
      expect(results.filter((problem) => problem !== undefined)).toEqual([]);

      const takenOver = steps.filter(({ call, before }) => call === 'claim' && before?.status === 'processing');
      if (!happenings.some(({ what }) => what === 'crash' || what === 'stall')) expect(takenOver).toEqual([]);

      const scheduled = steps.filter(({ call }) => call === 'enqueue').map(({ after }) => after?.id);
      expect(records.map(({ id }) => id)).toEqual(scheduled.toSorted());
      for (const { id, type, status, attempt } of records) {
        expect(['sent', 'failed', 'skipped']).toContain(status);
        const own = steps.filter(({ before }) => before?.id === id);
        const count = (call: string): number => own.filter((step) => step.call === call).length;
        const back = own.filter(({ call, after }) => call === 'settle' && after?.status === 'pending').length;
        const lost = takenOver.filter(({ before }) => before?.id === id).length;
        if (count('requeue') === 0) {
          expect(attempt).toBeLessThanOrEqual(count('claim') - back);
          expect(attempt).toBeGreaterThanOrEqual(count('claim') - back - lost);
        }
        const mayHaveGone = sends.filter((send) => send.id === id && send.outcome.mayHaveGone).length;
        if (type === 'hold') expect(mayHaveGone).toBeLessThanOrEqual(1 + count('requeue'));
      }
    }),
    { seed: 1, numRuns: 100 },
  );
});
