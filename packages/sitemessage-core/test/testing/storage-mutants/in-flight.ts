import type { ClaimRequest, Marks } from '../../../src/storage/port.ts';
import type { Claim } from '../../../src/storage/records.ts';
import { type Mutant, type Mutation, queue } from './mutate.ts';

const asking = (change: (request: ClaimRequest) => Partial<ClaimRequest>): Mutation =>
  queue((good) => ({ claim: (request) => good.claim({ ...request, ...change(request) }) }));

const eachClaim = (change: (claim: Claim) => Partial<Claim>): Mutation =>
  queue((good) => ({
    async claim(request) {
      const claimed = await good.claim(request);
      return { ...claimed, claims: claimed.claims.map((claim) => ({ ...claim, ...change(claim) })) };
    },
  }));

const marking = (change: (marks: Marks, token: string) => Marks | undefined): Mutation =>
  queue((good) => ({ settle: (token, settlements, now, marks) => good.settle(token, settlements, now, marks && change(marks, token)) }));

const own = 'takes back the attempt of a lost row that claim marked, and counts the loss';
const recovered = 'recovers a lost row that settle marked, and counts its attempt and the loss';
const later = 'keeps the marks with the highest seq of a token, in any order';
const inARow = 'counts consecutive losses in flight, and resets after an unmarked loss';
const withResult = 'resets losses with a result, and keeps them with released';

export const inFlightMutants: readonly Mutant[] = [
  { fault: 'marks nothing at a claim', caughtBy: [own], mutate: asking(() => ({ inFlight: 0 })) },
  { fault: 'marks everything that it gives', caughtBy: [own], mutate: asking(({ limit }) => ({ inFlight: limit })) },
  {
    fault: 'marks the first claims by their ids',
    caughtBy: ['marks the first rows in claim order'],
    mutate: queue((good) => ({
      async claim(request) {
        const claimed = await good.claim({ ...request, inFlight: 0 });
        const ids = claimed.claims.map(({ id }) => id).sort();
        await good.settle(request.token, [], request.now, { seq: 1, ids: ids.slice(0, request.inFlight ?? 0) });
        return claimed;
      },
    })),
  },
  {
    fault: 'counts the attempt of what it marked itself',
    caughtBy: [own],
    mutate: eachClaim(({ attempt, recovered, losses }) => ({ attempt: losses > 0 && !recovered ? attempt + 1 : attempt })),
  },
  { fault: 'never says that a lost claim was in flight', caughtBy: [recovered], mutate: eachClaim(() => ({ recovered: false })) },
  {
    fault: 'gives back the attempt of what was in flight',
    caughtBy: [recovered],
    mutate: eachClaim(({ attempt, recovered }) => ({ attempt: recovered ? attempt - 1 : attempt })),
  },
  { fault: 'counts no losses', caughtBy: [own, recovered, inARow], mutate: eachClaim(() => ({ losses: 0 })) },
  { fault: 'counts one loss at most', caughtBy: [inARow], mutate: eachClaim(({ losses }) => ({ losses: Math.min(losses, 1) })) },
  {
    fault: 'remembers losses for ever',
    caughtBy: [withResult, inARow],
    mutate: queue((good) => {
      const most = new Map<string, number>();
      return {
        async claim(request) {
          const claimed = await good.claim(request);
          const claims = claimed.claims.map((claim) => {
            const losses = Math.max(claim.losses, most.get(claim.id) ?? 0);
            most.set(claim.id, losses);
            return { ...claim, losses };
          });
          return { ...claimed, claims };
        },
      };
    }),
  },
  {
    fault: 'takes marks in the order in which they come',
    caughtBy: [later],
    mutate: (() => {
      let seq = 0;
      return marking(({ ids }) => ({ seq: ++seq, ids }));
    })(),
  },
  { fault: 'keeps the first marks of a token', caughtBy: [later], mutate: marking((marks) => (marks.seq === 1 ? marks : undefined)) },
  {
    fault: 'ignores that nothing is in flight any longer',
    caughtBy: ['clears the marks of a token when they are empty'],
    mutate: marking((marks) => (marks.ids.length > 0 ? marks : undefined)),
  },
  {
    fault: 'takes results without marks for none in flight',
    caughtBy: ['keeps the marks of a token when settle gives none'],
    mutate: queue((good) => ({
      settle: (token, settlements, now, marks = { seq: 1_000, ids: [] }) => good.settle(token, settlements, now, marks),
    })),
  },
  {
    fault: 'has one set of marks for all tokens',
    caughtBy: ['keeps the marks of each token separate'],
    mutate: queue((good) => {
      const tokens = new Set<string>();
      return {
        async claim(request) {
          tokens.add(request.token);
          return good.claim(request);
        },
        async settle(token, settlements, now, marks) {
          const applied = await good.settle(token, settlements, now, marks);
          for (const other of tokens) if (other !== token) await good.settle(other, [], now, marks);
          return applied;
        },
      };
    }),
  },
  {
    fault: 'stores the marks before it reads the results',
    caughtBy: ['stores no marks when reading a result throws'],
    mutate: queue((good) => ({
      async settle(token, settlements, now, marks) {
        await good.settle(token, [], now, marks);
        return good.settle(token, settlements, now);
      },
    })),
  },
  {
    fault: 'prunes the marks of what is still claimed',
    caughtBy: ['keeps the marks of claimed rows when it prunes'],
    mutate: queue((good) => {
      const tokens = new Set<string>();
      return {
        async claim(request) {
          tokens.add(request.token);
          return good.claim(request);
        },
        async prune(request) {
          for (const token of tokens) await good.settle(token, [], request.before, { seq: 1_000, ids: [] });
          return good.prune(request);
        },
      };
    }),
  },
];
