import type { Claimed, ClaimRequest } from '../../src/storage/port.ts';
import type { Claim, MessageRecord } from '../../src/storage/records.ts';
import { aMoment, type Broken, queue } from './broken.ts';

/** Asks for something else. */
const asking = (change: (request: ClaimRequest) => Partial<ClaimRequest>): Broken['spoil'] =>
  queue((good) => ({ claim: (request) => good.claim({ ...request, ...change(request) }) }));

/** Gives something else. */
const giving = (change: (claimed: Claimed) => Partial<Claimed>): Broken['spoil'] =>
  queue((good) => ({
    async claim(request) {
      const claimed = await good.claim(request);
      return { ...claimed, ...change(claimed) };
    },
  }));

const eachClaim = (change: (claim: Claim) => Partial<Claim>): Broken['spoil'] =>
  giving(({ claims }) => ({ claims: claims.map((claim) => ({ ...claim, ...change(claim) })) }));

const order = 'gives higher priorities first, then what is due longest, then by id, across all types';
const onlyWhenLost = 'gives a claim again only when its lease is over, as if it had not been claimed when it was not in flight';
const fewBehindMany = 'finds the few that it may give behind many that it may not, and never touches those';

export const brokenAtClaim: readonly Broken[] = [
  {
    fault: 'gives undefined when there is nothing',
    caughtBy: ['gives nothing when there is nothing'],
    spoil: queue((good) => ({
      async claim(request) {
        const claimed = await good.claim(request);
        return claimed.claims.length > 0 ? claimed : (undefined as never);
      },
    })),
  },
  {
    fault: 'gives claims by id',
    caughtBy: [order],
    spoil: giving(({ claims }) => ({ claims: claims.toSorted((a, b) => (a.id < b.id ? -1 : 1)) })),
  },
  {
    fault: 'gives one type after another',
    caughtBy: [order, 'gives no more than the limit, and goes on in the same order next time'],
    spoil: queue((good) => ({
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
    caughtBy: ['gives no more than the limit, and goes on in the same order next time'],
    spoil: asking(({ limit }) => ({ limit: limit + 1 })),
  },
  {
    fault: 'gives what is due in the next millisecond',
    caughtBy: ['gives nothing before its due time, and everything from then on', onlyWhenLost],
    spoil: asking(({ now }) => ({ now: now + 1 })),
  },
  {
    fault: 'gives only what was due a millisecond ago',
    caughtBy: ['gives nothing before its due time, and everything from then on', onlyWhenLost],
    spoil: asking(({ now }) => ({ now: now - 1 })),
  },
  {
    fault: 'looks at its own clock to see what is due',
    caughtBy: [
      'takes the time that it is given for now, be it in the far future',
      'gives nothing before its due time, and everything from then on',
    ],
    spoil: (storage) => ({
      ...storage,
      queue: { ...storage.queue, claim: async (request) => storage.queue.claim({ ...request, now: await storage.clock() }) },
    }),
  },
  {
    fault: 'takes capital and small letters of an alias for the same',
    caughtBy: ['gives only what goes through the messenger', 'tells texts apart that only look alike'],
    spoil: queue((good) => ({
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
    caughtBy: ['gives only the types that are asked for'],
    spoil: asking(() => ({ types: ['news', 'alert', 'other'] })),
  },
  {
    fault: 'looks at no more rows than the limit, and gives back those of other types',
    caughtBy: [fewBehindMany],
    spoil: queue((good) => ({
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
    caughtBy: ['gives exactly one priority when that is asked for, and the one of zero is no exception'],
    spoil: queue((good) => ({
      claim({ priority, ...request }) {
        return good.claim(priority ? { ...request, priority } : request);
      },
    })),
  },
  {
    fault: 'brings a message with every claim',
    caughtBy: ['brings each message once, and no other message'],
    spoil: giving(({ claims, messages }) => ({
      messages: claims.map(({ messageId }) => messages.find(({ id }) => id === messageId) as MessageRecord),
    })),
  },
  {
    fault: 'forgets that a message is for subscribers',
    caughtBy: ['brings a message as it was stored, also what is for subscribers, has a sender and an end'],
    spoil: giving(({ messages }) => ({ messages: messages.map(({ forSubscribers: _, ...record }) => record) })),
  },
  {
    fault: 'keeps back what a row expands from',
    caughtBy: ['gives a fan-out row like any other, with what it expands from'],
    spoil: giving(({ claims }) => ({ claims: claims.map(({ fanOut: _, ...claim }) => claim) })),
  },
  {
    fault: 'says of every second attempt that a lease was lost',
    caughtBy: ['gives what is to be tried again when that is due, not as recovered'],
    spoil: eachClaim(({ attempt }) => ({ recovered: attempt > 1 })),
  },
  {
    fault: 'gives lost leases last',
    caughtBy: ['ranks a lost lease by its end, among what is due'],
    spoil: giving(({ claims }) => ({ claims: claims.toSorted((a, b) => a.losses - b.losses) })),
  },
  {
    fault: 'reads what is due before it leases it',
    caughtBy: [
      'gives each dispatch to one of many who claim at the same time',
      'gives a lost lease to one of many who claim at the same time',
    ],
    spoil: queue((good) => {
      let read: Promise<Claimed> | undefined;
      return {
        async claim(request) {
          read ??= good.claim(request);
          const claimed = await read;
          await aMoment();
          read = undefined;
          return claimed;
        },
      };
    }),
  },
  {
    fault: 'does not say until when a claim is leased',
    caughtBy: ['leases what is due, counts the attempt, and brings the message'],
    spoil: queue((good) => ({
      async find(id) {
        const found = await good.find(id);
        if (found?.status !== 'processing') return found;
        const { dueAt: _, ...rest } = found;
        return rest;
      },
    })),
  },
];
