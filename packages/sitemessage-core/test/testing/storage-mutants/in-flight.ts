import type { ClaimRequest, Marks } from '../../../src/storage/port.ts';
import type { Claim } from '../../../src/storage/records.ts';
import { type Mutant, type Mutation, queue } from './mutate.ts';

const changeRequest = (change: (request: ClaimRequest) => Partial<ClaimRequest>): Mutation =>
  queue((good) => ({ claim: (request) => good.claim({ ...request, ...change(request) }) }));

const changeClaims = (change: (claim: Claim) => Partial<Claim>): Mutation =>
  queue((good) => ({
    async claim(request) {
      const claimed = await good.claim(request);
      return { ...claimed, claims: claimed.claims.map((claim) => ({ ...claim, ...change(claim) })) };
    },
  }));

const changeMarks = (change: (marks: Marks, token: string) => Marks | undefined): Mutation =>
  queue((good) => ({ settle: (token, settlements, now, marks) => good.settle(token, settlements, now, marks && change(marks, token)) }));

const own = 'takes back the attempt of a lost row that claim marked, and counts the loss';
const recovered = 'recovers a lost row that settle marked, and counts its attempt and the loss';
const later = 'keeps the marks with the highest seq of a token, in any order';
const inARow = 'counts consecutive losses in flight, and resets after an unmarked loss';
const withResult = 'resets losses with a result, and keeps them with released';

export const inFlightMutants: readonly Mutant[] = [
  { fault: 'stores no marks in claim', caughtBy: [own], mutate: changeRequest(() => ({ inFlight: 0 })) },
  { fault: 'marks all claimed rows', caughtBy: [own], mutate: changeRequest(({ limit }) => ({ inFlight: limit })) },
  {
    fault: 'marks the first rows by id',
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
    fault: 'counts the lost attempt of a row that claim marked',
    caughtBy: [own],
    mutate: changeClaims(({ attempt, recovered, losses }) => ({ attempt: losses > 0 && !recovered ? attempt + 1 : attempt })),
  },
  { fault: 'never sets recovered', caughtBy: [recovered], mutate: changeClaims(() => ({ recovered: false })) },
  {
    fault: 'takes back the attempt of a row that settle marked',
    caughtBy: [recovered],
    mutate: changeClaims(({ attempt, recovered }) => ({ attempt: recovered ? attempt - 1 : attempt })),
  },
  { fault: 'counts no losses', caughtBy: [own, recovered, inARow], mutate: changeClaims(() => ({ losses: 0 })) },
  { fault: 'counts one loss at most', caughtBy: [inARow], mutate: changeClaims(({ losses }) => ({ losses: Math.min(losses, 1) })) },
  {
    fault: 'never resets losses',
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
    fault: 'ignores the seq of marks',
    caughtBy: [later],
    mutate: (() => {
      let seq = 0;
      return changeMarks(({ ids }) => ({ seq: ++seq, ids }));
    })(),
  },
  {
    fault: 'keeps the first marks of a token for ever',
    caughtBy: [later],
    mutate: changeMarks((marks) => (marks.seq === 1 ? marks : undefined)),
  },
  {
    fault: 'ignores empty marks',
    caughtBy: ['clears the marks of a token when they are empty'],
    mutate: changeMarks((marks) => (marks.ids.length > 0 ? marks : undefined)),
  },
  {
    fault: 'clears the marks when settle gives none',
    caughtBy: ['keeps the marks of a token when settle gives none'],
    mutate: queue((good) => ({
      settle: (token, settlements, now, marks = { seq: 1_000, ids: [] }) => good.settle(token, settlements, now, marks),
    })),
  },
  {
    fault: 'shares marks between tokens',
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
    fault: 'prunes the marks of claimed rows',
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
