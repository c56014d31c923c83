import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Protocol, type ProtocolContext, type RunningProtocol, type SandboxOptions, startSandbox } from '../src/index.ts';

/** The port is free, or somebody listens there. */
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
  /** What comes by pigeon is in the inbox at once. */
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
  it('are all that are built in, unless some are chosen', async () => {
    await using sandbox = await startSandbox();
    expect(await listens(sandbox.smtp.options.port)).toBe(true);
  });

  it('may be none', async () => {
    await using sandbox = await startSandbox({ protocols: [] });
    expect(Object.keys(sandbox).sort()).toEqual(['close', 'inbox']);
  });

  it('may be of the caller, beside those that are built in, with one inbox for all', async () => {
    const sandbox = await startSandbox({ protocols: ['smtp', pigeonPost('pigeon')] });
    onTestFinished(() => sandbox.close());
    sandbox.pigeon.fly('the tower', 'Come home');
    expect(sandbox.inbox.to('the tower')).toMatchObject([{ protocol: 'pigeon', text: 'Come home' }]);
    expect(await listens(sandbox.smtp.ports.plain)).toBe(true);
    await sandbox.close();
    expect(sandbox.pigeon.closed()).toBe(1);
    expect(await listens(sandbox.smtp.ports.plain)).toBe(false);
  });

  it('are closed with what they are used in', async () => {
    let pigeon: Pigeons;
    {
      await using sandbox = await startSandbox({ protocols: [pigeonPost('pigeon')] });
      pigeon = sandbox.pigeon;
      expect(pigeon.closed()).toBe(0);
    }
    expect(pigeon.closed()).toBe(1);
  });

  it.each(['telegraph', 'constructor', ''])('must be known: %j is not', async (name) => {
    const options = { protocols: ['smtp', name] } as unknown as SandboxOptions<['smtp']>;
    const words = `\`protocols\`: there is no built-in "${name}"; there are: smtp, telegram`;
    await expect(startSandbox(options)).rejects.toThrow(TypeError);
    await expect(startSandbox(options)).rejects.toThrow(words);
  });

  it('have different names, whoever brings them', async () => {
    await expect(startSandbox({ protocols: ['smtp', 'smtp'] })).rejects.toThrow(new TypeError('`protocols` has "smtp" twice.'));
    await expect(startSandbox({ protocols: ['smtp', pigeonPost('smtp')] })).rejects.toThrow(new TypeError('`protocols` has "smtp" twice.'));
  });

  it.each(['inbox', 'close'])('cannot have the name of what the sandbox itself has: %s', async (name) => {
    await expect(startSandbox({ protocols: [pigeonPost(name)] })).rejects.toThrow(
      new TypeError(`\`protocols\`: "${name}" is what the sandbox itself has. Give the protocol another name.`),
    );
  });

  it('that are up already are closed when one cannot start', async () => {
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

describe('an option that cannot work', () => {
  const start = pigeonPost('pigeon').start;

  it.each<readonly [unknown, string]>([
    [null, '`options` must be an object'],
    ['smtp', '`options` must be an object'],
    [['smtp'], '`options` must be an object'],
    [{ protocol: ['smtp'] }, '`protocol` is no option; there are `protocols` and `seed`.'],
    [{ protocols: null }, '`protocols` must be a list'],
    [{ protocols: 'smtp' }, '`protocols` must be a list'],
    [{ protocols: { smtp: true } }, '`protocols` must be a list'],
    [{ protocols: [null] }, '`protocols[0]` must be'],
    [{ protocols: new Array(1) }, '`protocols[0]` must be'],
    [{ protocols: ['smtp', 7] }, '`protocols[1]` must be'],
    [{ protocols: [pigeonPost] }, '`protocols[0]` must be'],
    [{ protocols: [{ start }] }, '`protocols[0]` must be'],
    [{ protocols: [{ name: '', start }] }, '`protocols[0]` must be'],
    [{ protocols: [{ name: 'pigeon' }] }, '`protocols[0]` must be'],
    [{ seed: 'x' }, '`seed` must be an integer'],
    [{ seed: 0.5 }, '`seed` must be an integer'],
    [{ seed: Number.NaN }, '`seed` must be an integer'],
    [{ seed: null }, '`seed` must be an integer'],
  ])('is refused by a TypeError that names it: %j', async (options, words) => {
    const starting = startSandbox(options as SandboxOptions<[]>).then((sandbox) => sandbox.close());
    await expect(starting).rejects.toThrow(TypeError);
    await expect(starting).rejects.toThrow(words);
  });

  it('is none when it is left out, or undefined', async () => {
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

  it('is the same for the same seed, and for none', async () => {
    expect(await drawnFrom({ seed: 7 })).toEqual(await drawnFrom({ seed: 7 }));
    expect(await drawnFrom({})).toEqual(await drawnFrom({}));
    expect(await drawnFrom({ seed: 7 })).not.toEqual(await drawnFrom({ seed: 8 }));
  });

  it('of one protocol does not follow from what another one draws', async () => {
    expect(await drawnFrom({ seed: 7 }, 3)).toEqual(await drawnFrom({ seed: 7 }));
  });

  it('is spread evenly from 0 to 1', async () => {
    const tenths = Map.groupBy(await drawnFrom({ seed: 7 }), (number) => Math.floor(number * 10));
    expect([...tenths.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (const numbers of tenths.values()) expect(Math.abs(numbers.length - 100)).toBeLessThan(50);
  });
});
