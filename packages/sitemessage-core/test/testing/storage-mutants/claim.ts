import type { Claimed, ClaimRequest } from '../../../src/storage/port.ts';
import type { Claim, MessageRecord } from '../../../src/storage/records.ts';
import { type Mutant, type Mutation, queue, yieldToOthers } from './mutate.ts';

/** Asks for something else. */
const asking = (change: (request: ClaimRequest) => Partial<ClaimRequest>): Mutation =>
  queue((good) => ({ claim: (request) => good.claim({ ...request, ...change(request) }) }));

/** Gives something else. */
const giving = (change: (claimed: Claimed) => Partial<Claimed>): Mutation =>
  queue((good) => ({
    async claim(request) {
      const claimed = await good.claim(request);
      return { ...claimed, ...change(claimed) };
    },
  }));

const eachClaim = (change: (claim: Claim) => Partial<Claim>): Mutation =>
  giving(({ claims }) => ({ claims: claims.map((claim) => ({ ...claim, ...change(claim) })) }));

const order = 'claims higher priorities first, then earlier dueAt, then lower id, across types';
const onlyWhenLost = 'claims an unmarked row again after its lease, without counting the lost attempt';
const fewBehindMany = 'finds a few claimable rows among many others, and leaves those unchanged';

export const claimMutants: readonly Mutant[] = [
  {
    fault: 'gives undefined when there is nothing',
    caughtBy: ['claims nothing from an empty queue'],
    mutate: queue((good) => ({
      async claim(request) {
        const claimed = await good.claim(request);
        return claimed.claims.length > 0 ? claimed : (undefined as never);
      },
    })),
  },
  {
    fault: 'gives claims by id',
    caughtBy: [order],
    mutate: giving(({ claims }) => ({ claims: claims.toSorted((a, b) => (a.id < b.id ? -1 : 1)) })),
  },
  {
    fault: 'gives one type after another',
    caughtBy: [order, 'claims at most the limit, and continues in the same order'],
    mutate: queue((good) => ({
      async claim(request) {
        const claims: Claim[] = [];
        const messages: MessageRecord[] = [];
        for (const type of request.types) {
          const claimed = await good.claim({ ...request, types: [type], limit: request.limit - claims.length });
          claims.push(...claimed.claims);
          messages.push(...claimed.messages);
        }
        return { claims, messages };
      },
    })),
  },
  {
    fault: 'gives one more than the limit',
    caughtBy: ['claims at most the limit, and continues in the same order'],
    mutate: asking(({ limit }) => ({ limit: limit + 1 })),
  },
  {
    fault: 'gives what is due in the next millisecond',
    caughtBy: ['claims nothing before its dueAt', onlyWhenLost],
    mutate: asking(({ now }) => ({ now: now + 1 })),
  },
  {
    fault: 'gives only what was due a millisecond ago',
    caughtBy: ['claims nothing before its dueAt', onlyWhenLost],
    mutate: asking(({ now }) => ({ now: now - 1 })),
  },
  {
    fault: 'looks at its own clock to see what is due',
    caughtBy: ['uses the given time as now', 'claims nothing before its dueAt'],
    mutate: (storage) => ({
      ...storage,
      queue: { ...storage.queue, claim: async (request) => storage.queue.claim({ ...request, now: await storage.clock() }) },
    }),
  },
  {
    fault: 'takes capital and small letters of an alias for the same',
    caughtBy: ['claims only for the given messenger', 'distinguishes texts that look alike'],
    mutate: queue((good) => ({
      async enqueue(messages, given, now) {
        const array = Symbol.asyncIterator in given ? await Array.fromAsync(given) : given;
        return good.enqueue(
          messages,
          array.map((dispatch) => ({ ...dispatch, messenger: dispatch.messenger.toLowerCase() })),
          now,
        );
      },
      claim: (request) => good.claim({ ...request, messenger: request.messenger.toLowerCase() }),
    })),
  },
  {
    fault: 'gives every type that there is',
    caughtBy: ['claims only the given types'],
    mutate: asking(() => ({ types: ['news', 'alert', 'other'] })),
  },
  {
    fault: 'looks at no more rows than the limit, and gives back those of other types',
    caughtBy: [fewBehindMany],
    mutate: queue((good) => ({
      async claim(request) {
        const claimed = await good.claim({ ...request, types: ['news', 'alert', 'other'] });
        const types = new Map(claimed.messages.map(({ id, type }) => [id, type]));
        const isForeign = ({ messageId }: Claim): boolean => !request.types.includes(types.get(messageId) as string);
        const foreign = claimed.claims.filter(isForeign);
        await good.settle(
          request.token,
          foreign.map(({ id }) => ({ id, status: 'released', dueAt: request.now })),
          request.now,
        );
        return {
          claims: claimed.claims.filter((claim) => !isForeign(claim)),
          messages: claimed.messages.filter(({ type }) => request.types.includes(type)),
        };
      },
    })),
  },
  {
    fault: 'takes the priority of 0 for none',
    caughtBy: ['claims only the given priority, including 0'],
    mutate: queue((good) => ({
      claim({ priority, ...request }) {
        return good.claim(priority ? { ...request, priority } : request);
      },
    })),
  },
  {
    fault: 'brings a message with every claim',
    caughtBy: ['returns each message once, and no others'],
    mutate: giving(({ claims, messages }) => ({
      messages: claims.map(({ messageId }) => messages.find(({ id }) => id === messageId) as MessageRecord),
    })),
  },
  {
    fault: 'forgets that a message is for subscribers',
    caughtBy: ['returns every field of a message'],
    mutate: giving(({ messages }) => ({ messages: messages.map(({ forSubscribers: _, ...record }) => record) })),
  },
  {
    fault: 'keeps back what a row expands from',
    caughtBy: ['claims a fan-out row with its fanOut text'],
    mutate: giving(({ claims }) => ({ claims: claims.map(({ fanOut: _, ...claim }) => claim) })),
  },
  {
    fault: 'says of every second attempt that a lease was lost',
    caughtBy: ['claims a retry when it is due, and not as recovered'],
    mutate: eachClaim(({ attempt }) => ({ recovered: attempt > 1 })),
  },
  {
    fault: 'gives lost leases last',
    caughtBy: ['orders a lost lease by its end'],
    mutate: giving(({ claims }) => ({ claims: claims.toSorted((a, b) => a.losses - b.losses) })),
  },
  {
    fault: 'reads what is due before it leases it',
    caughtBy: ['gives each dispatch to one of 16 concurrent claims', 'gives a lost lease to one of 16 concurrent claims'],
    mutate: queue((good) => {
      let read: Promise<Claimed> | undefined;
      return {
        async claim(request) {
          read ??= good.claim(request);
          const claimed = await read;
          await yieldToOthers();
          read = undefined;
          return claimed;
        },
      };
    }),
  },
  {
    fault: 'does not say until when a claim is leased',
    caughtBy: ['leases due dispatches, counts the attempt and returns the message'],
    mutate: queue((good) => ({
      async find(id) {
        const found = await good.find(id);
        if (found?.status !== 'processing') return found;
        const { dueAt: _, ...rest } = found;
        return rest;
      },
    })),
  },
];
