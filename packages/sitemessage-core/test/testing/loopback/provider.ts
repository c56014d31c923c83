import type { Emulator, Fault, Received } from '../../../src/testing/index.ts';

/** A connection of a client. */
interface Line {
  post(letter: Letter): Promise<Reply>;
  /** Closes the line. Letters that the provider has not taken yet are lost. */
  hangUp(): void;
}

interface Letter {
  readonly id: string;
  readonly to: string;
  readonly text: string;
}

export type Reply =
  | { readonly status: 'taken'; readonly number: string }
  | { readonly status: 'busy'; readonly who: 'nobody else' | 'the reader' | 'the sender'; readonly waitSeconds?: number }
  | { readonly status: 'refused' }
  | { readonly status: 'bad token' };

/** A made-up provider in memory. Its messenger has to handle everything that a real one does. */
export interface Provider extends Emulator {
  connect(token: string): Promise<Line>;
}

const busy = { dispatch: 'nobody else', address: 'the reader', messenger: 'the sender' } as const;

export function startProvider(token: string): Provider {
  const received: Received[] = [];
  const lines = new Set<Line>();
  let pending: Fault | undefined;
  let left = 0;
  let answer: string | undefined;

  const nextFault = (): Fault | undefined => {
    if (left === 0) return undefined;
    left -= 1;
    return pending;
  };

  const refuse = (fault: Fault): Reply => {
    if (fault.kind === 'transient') {
      const wait = fault.retryAfterMs === undefined ? {} : { waitSeconds: Math.ceil(fault.retryAfterMs / 1_000) };
      return { status: 'busy', who: busy[fault.scope ?? 'dispatch'], ...wait };
    }
    return { status: fault.kind === 'permanent' ? 'refused' : 'bad token' };
  };

  return {
    received: () => received,
    connections: () => lines.size,
    fail(fault) {
      pending = fault;
      left = fault.times ?? 1;
    },
    answerWith(id) {
      answer = id;
    },
    async connect(given) {
      await turn();
      const line: Line = {
        async post({ to, text }) {
          await turn();
          const fault = nextFault();
          // Like real providers, it repeats the token in its errors.
          if (!lines.has(line)) throw new Error(`POST /letters?token=${given} failed: the line is closed`);
          if (fault?.when === 'before') return refuse(fault);
          received.push({ address: to, text });
          await turn();
          if (fault || !lines.has(line)) {
            lines.delete(line);
            throw new Error(`POST /letters?token=${given} failed: the line broke`);
          }
          const number = answer ?? String(received.length);
          answer = undefined;
          return { status: 'taken', number };
        },
        hangUp: () => lines.delete(line),
      };
      if (given !== token) throw new Error(`GET /line?token=${given} failed: no such token`);
      lines.add(line);
      return line;
    },
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
