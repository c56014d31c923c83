import { checkOptions } from './check-options.ts';
import { createInbox, type Inbox } from './inbox.ts';
import type { Protocol, RunningProtocol } from './protocol.ts';
import { fb } from './protocols/fb.ts';
import { smtp } from './protocols/smtp.ts';
import { telegram } from './protocols/telegram.ts';
import { twitter } from './protocols/twitter.ts';
import { vk } from './protocols/vk.ts';
import { xmpp } from './protocols/xmpp.ts';
import { seededRandom } from './random.ts';

const builtin: {
  readonly smtp: typeof smtp;
  readonly telegram: typeof telegram;
  readonly fb: typeof fb;
  readonly vk: typeof vk;
  readonly twitter: typeof twitter;
  readonly xmpp: typeof xmpp;
} = { smtp, telegram, fb, vk, twitter, xmpp };

export type BuiltinName = keyof typeof builtin;

type Named = BuiltinName | Protocol;

type NameOf<P extends Named> = P extends Protocol<infer Name> ? Name : P;

type RunningOf<P> = P extends BuiltinName ? RunningOf<(typeof builtin)[P]> : P extends Protocol<string, infer Running> ? Running : never;

export interface SandboxOptions<P extends readonly Named[]> {
  /** Names of built-in ones, or protocol objects. Default: all built-in ones. */
  readonly protocols?: P;
  /** Of the chance by which faults strike. Default 1. */
  readonly seed?: number;
}

/** Servers that behave as the providers do, and everything that they took. Each is a property by its name. */
export type Sandbox<P extends readonly Named[]> = { readonly [One in P[number] as NameOf<One>]: RunningOf<One> } & {
  readonly inbox: Inbox;
  /** Closes every connection and every server. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/**
 * Starts emulators of the protocols on loopback addresses, on ports that are free. For tests and for trying things out; they take
 * everything, and nothing leaves the machine.
 *
 * @throws TypeError that names an option which is unknown or wrong: a protocol that is none, is not built in, comes twice, or has a name that
 * the sandbox itself has.
 */
export async function startSandbox<const P extends readonly Named[] = readonly BuiltinName[]>(
  options: SandboxOptions<P> = {},
): Promise<Sandbox<P>> {
  checkOptions(options);
  const protocols = (options.protocols ?? (Object.keys(builtin) as BuiltinName[])).map(find);
  const names = protocols.map(({ name }) => name);
  const doubled = names.find((name, index) => names.indexOf(name) !== index);
  if (doubled !== undefined) throw new TypeError(`\`protocols\` has "${doubled}" twice.`);
  const reserved = names.find((name) => name === 'inbox' || name === 'close');
  if (reserved !== undefined) {
    throw new TypeError(`\`protocols\`: "${reserved}" is what the sandbox itself has. Give the protocol another name.`);
  }

  const inbox = createInbox();
  const running: [string, RunningProtocol][] = [];
  const close = async (): Promise<void> => {
    await Promise.all(running.map(([, protocol]) => protocol.close()));
    inbox.close();
  };
  try {
    for (const protocol of protocols) {
      const context = { inbox, random: seededRandom(options.seed ?? 1) };
      running.push([protocol.name, await protocol.start(context)]);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { ...Object.fromEntries(running), inbox, close, [Symbol.asyncDispose]: close } as unknown as Sandbox<P>;
}

function find(given: Named): Protocol {
  if (typeof given !== 'string') return given;
  if (Object.hasOwn(builtin, given)) return builtin[given];
  throw new TypeError(`\`protocols\`: there is no built-in "${given}"; there are: ${Object.keys(builtin).join(', ')}.`);
}
