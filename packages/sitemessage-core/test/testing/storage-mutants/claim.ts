import type { Claimed, ClaimRequest } from '../../../src/storage/port.ts';
import type { Claim, MessageRecord } from '../../../src/storage/records.ts';
import { type Mutant, type Mutation, queue, yieldToOthers } from './mutate.ts';

/** Changes the request of `claim`. */
const changeRequest = (change: (request: ClaimRequest) => Partial<ClaimRequest>): Mutation =>
  queue((good) => ({ claim: (request) => good.claim({ ...request, ...change(request) }) }));

/** Changes the result of `claim`. */
const changeResult = (change: (claimed: Claimed) => Partial<Claimed>): Mutation =>
  queue((good) => ({
    async claim(request) {
      const claimed = await good.claim(request);
      return { ...claimed, ...change(claimed) };
    },
  }));

const changeClaims = (change: (claim: Claim) => Partial<Claim>): Mutation =>
  changeResult(({ claims }) => ({ claims: claims.map((claim) => ({ ...claim, ...change(claim) })) }));

const order = 'claims higher priorities first, then earlier dueAt, then lower id, across types';
const onlyWhenLost = 'claims an unmarked row again after its lease, without counting the lost attempt';
const fewBehindMany = 'finds a few claimable rows among many others, and leaves those unchanged';

export const claimMutants: readonly Mutant[] = [
  {
    fault: 'returns undefined for an empty queue',
    caughtBy: ['claims nothing from an empty queue'],
    mutate: queue((good) => ({
      async claim(request) {
        const claimed = await good.claim(request);
        return claimed.claims.length > 0 ? claimed : (undefined as never);
      },
    })),
  },
  {
    fault: 'returns claims by id',
    caughtBy: [order],
    mutate: changeResult(({ claims }) => ({ claims: claims.toSorted((a, b) => (a.id < b.id ? -1 : 1)) })),
  },
  {
    fault: 'claims one type after another',
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
    fault: 'claims one more than the limit',
    caughtBy: ['claims at most the limit, and continues in the same order'],
    mutate: changeRequest(({ limit }) => ({ limit: limit + 1 })),
  },
  {
    fault: 'claims one millisecond too early',
    caughtBy: ['claims nothing before its dueAt', onlyWhenLost],
    mutate: changeRequest(({ now }) => ({ now: now + 1 })),
  },
  {
    fault: 'claims one millisecond too late',
    caughtBy: ['claims nothing before its dueAt', onlyWhenLost],
    mutate: changeRequest(({ now }) => ({ now: now - 1 })),
  },
  {
    fault: 'uses its own clock as now',
    caughtBy: ['uses the given time as now', 'claims nothing before its dueAt'],
    mutate: (storage) => ({
      ...storage,
      queue: { ...storage.queue, claim: async (request) => storage.queue.claim({ ...request, now: await storage.clock() }) },
    }),
  },
  {
    fault: 'compares aliases without case',
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
    fault: 'claims every type',
    caughtBy: ['claims only the given types'],
    mutate: changeRequest(() => ({ types: ['news', 'alert', 'other'] })),
  },
  {
    fault: 'reads no more rows than the limit, and releases those of other types',
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
    fault: 'ignores a priority of 0',
    caughtBy: ['claims only the given priority, including 0'],
    mutate: queue((good) => ({
      claim({ priority, ...request }) {
        return good.claim(priority ? { ...request, priority } : request);
      },
    })),
  },
  {
    fault: 'returns a message with every claim',
    caughtBy: ['returns each message once, and no others'],
    mutate: changeResult(({ claims, messages }) => ({
      messages: claims.map(({ messageId }) => messages.find(({ id }) => id === messageId) as MessageRecord),
    })),
  },
  {
    fault: 'drops forSubscribers',
    caughtBy: ['returns every field of a message'],
    mutate: changeResult(({ messages }) => ({ messages: messages.map(({ forSubscribers: _, ...record }) => record) })),
  },
  {
    fault: 'drops fanOut',
    caughtBy: ['claims a fan-out row with its fanOut text'],
    mutate: changeResult(({ claims }) => ({ claims: claims.map(({ fanOut: _, ...claim }) => claim) })),
  },
  {
    fault: 'sets recovered on every second attempt',
    caughtBy: ['claims a retry when it is due, and not as recovered'],
    mutate: changeClaims(({ attempt }) => ({ recovered: attempt > 1 })),
  },
  {
    fault: 'claims lost leases last',
    caughtBy: ['orders a lost lease by its end'],
    mutate: changeResult(({ claims }) => ({ claims: claims.toSorted((a, b) => a.losses - b.losses) })),
  },
  {
    fault: 'reads and leases in two steps',
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
    fault: 'drops the end of a lease',
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
