import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Protocol, type ProtocolContext, type RunningProtocol, type SandboxOptions, startSandbox } from '../src/index.ts';

/** Resolves with true when a server listens on the port. */
const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

interface Pigeons extends RunningProtocol {
  /** Puts a message into the inbox at once. */
  fly(address: string, text: string): void;
  readonly context: ProtocolContext;
  readonly closed: () => number;
}

/** A protocol that is not built in. */
function pigeonPost<const Name extends string>(name: Name): Protocol<Name, Pigeons> {
  return {
    name,
    async start(context) {
      let closed = 0;
      return {
        context,
        fly: (address, text) => context.inbox.add({ protocol: name, address, text, headers: {}, attachments: [], raw: text }),
        emulator: { received: () => [], fail: () => undefined, answerWith: () => undefined, connections: () => 0 },
        closed: () => closed,
        async close() {
          closed += 1;
        },
      };
    },
  };
}

describe('protocols', () => {
  it('are all built-in ones by default', async () => {
    await using sandbox = await startSandbox();
    expect(await listens(sandbox.smtp.options.port)).toBe(true);
  });

  it('can be none', async () => {
    await using sandbox = await startSandbox({ protocols: [] });
    expect(Object.keys(sandbox).sort()).toEqual(['close', 'inbox']);
  });

  it('of the caller share the inbox with built-in ones', async () => {
    const sandbox = await startSandbox({ protocols: ['smtp', pigeonPost('pigeon')] });
    onTestFinished(() => sandbox.close());
    sandbox.pigeon.fly('the tower', 'Come home');
    expect(sandbox.inbox.to('the tower')).toMatchObject([{ protocol: 'pigeon', text: 'Come home' }]);
    expect(await listens(sandbox.smtp.ports.plain)).toBe(true);
    await sandbox.close();
    expect(sandbox.pigeon.closed()).toBe(1);
    expect(await listens(sandbox.smtp.ports.plain)).toBe(false);
  });

  it('are closed at the end of their block', async () => {
    let pigeon: Pigeons;
    {
      await using sandbox = await startSandbox({ protocols: [pigeonPost('pigeon')] });
      pigeon = sandbox.pigeon;
      expect(pigeon.closed()).toBe(0);
    }
    expect(pigeon.closed()).toBe(1);
  });

  it.each(['telegraph', 'constructor', ''])('must be built in: %j is not', async (name) => {
    const options = { protocols: ['smtp', name] } as unknown as SandboxOptions<['smtp']>;
    const message = `\`protocols[1]\` of startSandbox is "${name}". Built-in protocols: smtp, telegram, fb, vk, twitter, xmpp.`;
    const error = { name: 'ArgumentError', code: 'option_invalid', field: 'protocols[1]', message };
    await expect(startSandbox(options)).rejects.toMatchObject(error);
  });

  it('must have different names', async () => {
    const error = { code: 'option_invalid', field: 'protocols', message: '`protocols` of startSandbox has "smtp" twice.' };
    await expect(startSandbox({ protocols: ['smtp', 'smtp'] })).rejects.toMatchObject(error);
    await expect(startSandbox({ protocols: ['smtp', pigeonPost('smtp')] })).rejects.toMatchObject(error);
  });

  it.each(['inbox', 'close'])('cannot have the name of a property of the sandbox: %s', async (name) => {
    const message = `\`protocols\` of startSandbox has "${name}", a property of the sandbox. Rename the protocol.`;
    const error = { code: 'option_invalid', field: 'protocols', message };
    await expect(startSandbox({ protocols: [pigeonPost(name)] })).rejects.toMatchObject(error);
  });

  it('that run already are closed when one cannot start', async () => {
    const first = pigeonPost('first');
    let running: Pigeons | undefined;
    const watched: typeof first = { ...first, start: async (context) => (running = await first.start(context)) };
    const broken: Protocol<'broken'> = {
      name: 'broken',
      async start() {
        throw new Error('The port is taken.');
      },
    };
    await expect(startSandbox({ protocols: [watched, broken] })).rejects.toThrow('The port is taken.');
    expect(running?.closed()).toBe(1);
  });
});

describe('a wrong option', () => {
  const start = pigeonPost('pigeon').start;

  it.each<readonly [unknown, string]>([
    [null, '`options` of startSandbox must be an object'],
    ['smtp', '`options` of startSandbox must be an object'],
    [['smtp'], '`options` of startSandbox must be an object'],
    [{ protocols: null }, '`protocols` of startSandbox must be a list'],
    [{ protocols: 'smtp' }, '`protocols` of startSandbox must be a list'],
    [{ protocols: { smtp: true } }, '`protocols` of startSandbox must be a list'],
    [{ protocols: [null] }, '`protocols[0]` of startSandbox must be'],
    [{ protocols: new Array(1) }, '`protocols[0]` of startSandbox must be'],
    [{ protocols: ['smtp', 7] }, '`protocols[1]` of startSandbox must be'],
    [{ protocols: [pigeonPost] }, '`protocols[0]` of startSandbox must be'],
    [{ protocols: [{ start }] }, '`protocols[0]` of startSandbox must be'],
    [{ protocols: [{ name: '', start }] }, '`protocols[0]` of startSandbox must be'],
    [{ protocols: [{ name: 'pigeon' }] }, '`protocols[0]` of startSandbox must be'],
    [{ seed: 'x' }, '`seed` of startSandbox must be an integer'],
    [{ seed: 0.5 }, '`seed` of startSandbox must be an integer'],
    [{ seed: Number.NaN }, '`seed` of startSandbox must be an integer'],
    [{ seed: null }, '`seed` of startSandbox must be an integer'],
  ])('is refused with an ArgumentError that names it: %j', async (options, words) => {
    const starting = startSandbox(options as SandboxOptions<[]>).then((sandbox) => sandbox.close());
    await expect(starting).rejects.toMatchObject({
      name: 'ArgumentError',
      code: 'option_invalid',
      message: expect.stringContaining(words),
    });
  });

  it('is refused for an unknown name', async () => {
    const starting = startSandbox({ protocol: ['smtp'] } as never).then((sandbox) => sandbox.close());
    const message = '`protocol` is not an option of startSandbox. Options: protocols, seed. Did you mean "protocols"?';
    await expect(starting).rejects.toMatchObject({ code: 'option_unknown', field: 'protocol', message });
  });

  it('can be undefined, which counts as left out', async () => {
    const options = { protocols: undefined, seed: undefined } as unknown as SandboxOptions<[]>;
    await using sandbox = await startSandbox(options);
    expect(sandbox.inbox.all()).toEqual([]);
  });
});

describe('chance', () => {
  const drawnFrom = async (options: { seed?: number }, drawnBefore = 0): Promise<readonly number[]> => {
    await using sandbox = await startSandbox({ ...options, protocols: [pigeonPost('other'), pigeonPost('pigeon')] });
    for (let count = 0; count < drawnBefore; count += 1) sandbox.other.context.random();
    return Array.from({ length: 1_000 }, () => sandbox.pigeon.context.random());
  };

  it('is the same for the same seed, and without a seed', async () => {
    expect(await drawnFrom({ seed: 7 })).toEqual(await drawnFrom({ seed: 7 }));
    expect(await drawnFrom({})).toEqual(await drawnFrom({}));
    expect(await drawnFrom({ seed: 7 })).not.toEqual(await drawnFrom({ seed: 8 }));
  });

  it('of one protocol does not depend on another protocol', async () => {
    expect(await drawnFrom({ seed: 7 }, 3)).toEqual(await drawnFrom({ seed: 7 }));
  });

  it('is distributed evenly from 0 to 1', async () => {
    const tenths = Map.groupBy(await drawnFrom({ seed: 7 }), (number) => Math.floor(number * 10));
    expect([...tenths.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (const numbers of tenths.values()) expect(Math.abs(numbers.length - 100)).toBeLessThan(50);
  });
});
