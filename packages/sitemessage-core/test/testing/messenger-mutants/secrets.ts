import type { Session } from '../../../src/index.ts';
import type { Emulator } from '../../../src/testing/index.ts';
import { errors, forEveryFault, type Mutant, messenger, receipt, type Send, send, session } from './mutate.ts';

const inErrors = forEveryFault((what) => `shows no secret in the error for ${what}`);

const leaking = (fault: string, add: (error: Error, secret: string) => void): Mutant => ({
  fault,
  caughtBy: inErrors,
  mutate: errors((error, { secrets }) => {
    add(error, String(secrets[0]));
    return error;
  }),
});

export const secretMutants: readonly Mutant[] = [
  leaking('repeats the URL with the token in its message', (error, secret) => {
    error.message = `GET /letters?token=${encodeURIComponent(secret)} failed`;
  }),
  leaking('attaches the request with its header to an error', (error, secret) => {
    const authorization = `Basic ${Buffer.from(`ada:${secret}`).toString('base64')}`;
    Object.defineProperty(error, 'request', { value: { headers: { authorization } } });
  }),
  leaking('has the token in the cause of a cause', (error, secret) => {
    error.cause = new Error('One', { cause: new Error(`Two: ${secret}`) });
  }),
  leaking('has the token in the stack', (error, secret) => {
    error.stack = `Error: ${secret}\n    at send`;
  }),
  leaking('hides the token from util.inspect alone', (error, secret) => {
    Object.assign(error, { [Symbol.for('nodejs.util.inspect.custom')]: () => 'Error', config: { secret } });
  }),
  leaking('has the token in what JSON.stringify shows of an error', (error, secret) => {
    Object.defineProperty(error, 'toJSON', { value: () => ({ secret }) });
  }),
  leaking('has the token in a buffer behind a symbol', (error, secret) => {
    Object.defineProperty(error, Symbol('token'), { value: Buffer.from(secret) });
  }),
  {
    fault: 'throws errors that cannot be logged as JSON',
    caughtBy: inErrors,
    mutate: errors((error) => Object.assign(error, { error })),
  },
  {
    fault: 'shows the token in the error of an aborted send',
    caughtBy: ['shows no secret in the errors of an aborted open and send'],
    mutate: send((original, { secrets }) => async (delivery, context) => {
      if (context.signal.aborted) throw new Error(`Stopped at ${secrets[0]}`);
      return original(delivery, context);
    }),
  },
  {
    fault: 'shows the token in the error of an aborted open',
    caughtBy: ['shows no secret in the errors of an aborted open and send'],
    mutate: messenger((original, { secrets }) => ({
      async open(context) {
        if (context.signal.aborted) throw new Error(`Stopped at ${secrets[0]}`);
        return original.open(context);
      },
    })),
  },
  {
    fault: 'keeps its options as a property',
    caughtBy: ['shows no secret in the messenger, which can be logged as JSON'],
    mutate: messenger((_, { secrets }) => ({ options: { token: secrets[0] } }) as object),
  },
  {
    fault: 'cannot be logged as JSON',
    caughtBy: ['shows no secret in the messenger, which can be logged as JSON'],
    mutate: messenger(() => {
      const self: { self?: object } = {};
      self.self = self;
      return self as object;
    }),
  },
  {
    fault: 'logs without its alias',
    caughtBy: ['shows no secret in the messenger, which can be logged as JSON'],
    mutate: messenger(() => ({ toJSON: () => ({}) }) as object),
  },
  {
    fault: 'keeps the token on the session until it is used',
    caughtBy: ['shows no secret in a session, before or after a send'],
    mutate: session(({ send }, { secrets }) => {
      const login: { token?: string | undefined } = { token: secrets[0] };
      const using: Send = (delivery, context) => {
        delete login.token;
        return send(delivery, context);
      };
      return { login, send: using } as Partial<Session>;
    }),
  },
  {
    fault: 'keeps its last request on the session',
    caughtBy: ['shows no secret in a session, before or after a send'],
    mutate: session(({ send }, { secrets }) => {
      const requests: unknown[] = [];
      const keeping: Send = (delivery, context) => {
        requests.push({ [Symbol('token')]: secrets[0] });
        return send(delivery, context);
      };
      return { requests, send: keeping } as Partial<Session>;
    }),
  },
  {
    fault: 'returns the token with the receipt',
    caughtBy: ['shows no secret in a receipt'],
    mutate: send((original, { secrets }) => async (delivery, context) => {
      return { ...(await original(delivery, context)), request: { token: secrets[0] } };
    }),
  },
  {
    fault: 'returns the id of the provider without redaction',
    caughtBy: ['shows no secret in a receipt when the provider returns it as an id'],
    mutate(underTest) {
      let given: string | undefined;
      const emulator: Emulator = {
        ...underTest.emulator,
        answerWith(id) {
          given = id;
          underTest.emulator.answerWith(id);
        },
      };
      const passingOn = receipt((sent) => ({ ...sent, ...(given !== undefined && { providerId: `letter ${given}` }) }));
      return passingOn({ ...underTest, emulator });
    },
  },
];
