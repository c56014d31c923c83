import fc from 'fast-check';
import { expect, it } from 'vitest';
import { subscribers, TransientError } from '../../src/index.ts';
import { news, setUp, type User } from '../subscriptions/set-up.ts';

const someone = fc.integer({ min: 0, max: 7 });
/** Returns one of four users, or one of four bare addresses. Two of the addresses belong to users too. */
const whoIs = (nr: number): User | string => (nr < 4 ? { id: nr, address: `user${nr}` } : `user${nr - 2}`);
const addressOf = (nr: number): string => (nr < 4 ? `user${nr}` : `user${nr - 2}`);

const step = fc.oneof(
  fc.record({ do: fc.constant('subscribe' as const), who: someone }),
  fc.record({ do: fc.constant('unsubscribe' as const), who: someone }),
  fc.record({ do: fc.constant('schedule' as const), inMs: fc.integer({ min: 0, max: 3_000 }) }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 2_000 }) }),
  fc.constant({ do: 'expand' as const }),
  fc.constant({ do: 'send' as const }),
  fc.record({ do: fc.constant('crash' as const), after: fc.integer({ min: 0, max: 6 }) }),
);

it('after any steps, each address that is subscribed at the due time and at the send gets one dispatch, and no other address gets any', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40, size: 'max' }), async (steps) => {
      let callsLeft = Number.POSITIVE_INFINITY;
      const mortal =
        <Args extends unknown[], T>(call: (...args: Args) => Promise<T>) =>
        async (...args: Args): Promise<T> => {
          if (callsLeft-- <= 0) throw new Error('the database is away');
          return call(...args);
        };
      const { site, storage, recipients, scripted, runtime, user } = setUp({
        wrap: ({ queue, ...rest }) => ({ ...rest, queue: { ...queue, claim: mortal(queue.claim), settle: mortal(queue.settle) } }),
      });
      for (let nr = 0; nr < 4; nr++) user(nr);
      const subscribed = new Set<number>();
      const isWanted = (address: string) => [...subscribed].some((nr) => addressOf(nr) === address);
      /** The due time of each message, and the addresses that were subscribed then. */
      const messages: { readonly id: string; readonly dueAt: number; wantedWhenDue?: Set<string> }[] = [];
      let attempts = 0;
      const unwanted: string[] = [];
      const deliveries: { readonly message: string; readonly address: string }[] = [];
      scripted.script = ({ message, address }) => {
        if (!isWanted(address)) unwanted.push(address);
        attempts += 1;
        if (attempts % 5 === 0) throw new TransientError('busy', { retryAfterMs: 1 });
        deliveries.push({ message: message.id, address });
        return undefined;
      };
      const look = (): void => {
        for (const message of messages) {
          if (message.dueAt > runtime.now()) continue;
          message.wantedWhenDue ??= new Set([...subscribed].map(addressOf));
          // A recipient who unsubscribed in between may be skipped, even after subscribing again.
          for (const address of message.wantedWhenDue) if (!isWanted(address)) message.wantedWhenDue.delete(address);
        }
      };

      for (const one of [...steps, { do: 'wait' as const, ms: 4_000 }, { do: 'send' as const }]) {
        if (one.do === 'subscribe') {
          look();
          await site.subscribe(news, recipients(whoIs(one.who)));
          subscribed.add(one.who);
        } else if (one.do === 'unsubscribe') {
          look();
          await site.unsubscribe(news, recipients(whoIs(one.who)));
          subscribed.delete(one.who);
          look();
        } else if (one.do === 'schedule') {
          const dueAt = runtime.now() + one.inMs;
          const [scheduled] = await site.scheduleMessages(news({}), subscribers, { dueAt });
          messages.push({ id: scheduled?.id as string, dueAt });
          look();
        } else if (one.do === 'wait') {
          // Stops at each due time, so that the subscribers of that millisecond are noted.
          const until = runtime.now() + one.ms;
          for (const dueAt of messages.map((message) => message.dueAt).sort((a, b) => a - b)) {
            if (dueAt > runtime.now() && dueAt <= until) await runtime.advance(dueAt - runtime.now());
            look();
          }
          await runtime.advance(until - runtime.now());
          look();
        } else if (one.do === 'crash') {
          callsLeft = one.after;
          await runtime.run(site.sendScheduledMessages()).catch(() => undefined);
          callsLeft = Number.POSITIVE_INFINITY;
        } else if (one.do === 'expand') {
          await site.prepareDispatches();
        } else {
          await runtime.run(site.sendScheduledMessages());
        }
      }
      // Finishes the dispatches that a crash left behind, and the retries.
      for (let round = 0; round < 20 && (await storage.queue.openQueues()).length > 0; round++) {
        await runtime.advance(3_600_000);
        await runtime.run(site.sendScheduledMessages());
      }

      expect(unwanted, 'sent to addresses without a subscription').toEqual([]);
      expect(await storage.queue.openQueues()).toEqual([]);
      for (const { id, wantedWhenDue = new Set() } of messages) {
        const got = deliveries.filter(({ message }) => message === id).map(({ address }) => address);
        // A crash may repeat a send, but there is one dispatch for each address.
        const addresses = (await Array.fromAsync(site.list({ messageId: id }))).map(({ address }) => address);
        expect(new Set(addresses).size, 'two dispatches for one address').toBe(addresses.length);
        for (const address of wantedWhenDue) expect(got, `${address} is missed`).toContain(address);
      }
    }),
    { seed: 1, numRuns: 150 },
  );
});
