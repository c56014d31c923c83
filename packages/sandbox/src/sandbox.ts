import { check, checkOptions, invalidOption, type OptionCheck } from '@sitemessage/core';
import { createInbox, type Inbox } from './inbox.ts';
import type { Protocol, RunningProtocol } from './protocol.ts';
import { fb } from './protocols/fb/emulator.ts';
import { smtp } from './protocols/smtp/emulator.ts';
import { telegram } from './protocols/telegram/emulator.ts';
import { twitter } from './protocols/twitter/emulator.ts';
import { vk } from './protocols/vk/emulator.ts';
import { xmpp } from './protocols/xmpp/emulator.ts';

const builtin: {
  readonly smtp: typeof smtp;
  readonly telegram: typeof telegram;
  readonly fb: typeof fb;
  readonly vk: typeof vk;
  readonly twitter: typeof twitter;
  readonly xmpp: typeof xmpp;
} = { smtp, telegram, fb, vk, twitter, xmpp };

/** The name of a built-in protocol. */
export type BuiltinName = keyof typeof builtin;

type Named = BuiltinName | Protocol;

type NameOf<P extends Named> = P extends Protocol<infer Name> ? Name : P;

type RunningOf<P> = P extends BuiltinName ? RunningOf<(typeof builtin)[P]> : P extends Protocol<string, infer Running> ? Running : never;

export interface SandboxOptions<P extends readonly Named[]> {
  /** The names of built-in protocols, and protocol objects. Default: all built-in protocols. */
  readonly protocols?: P;
  /** An integer that decides when faults with a `chance` strike. Default 1. */
  readonly seed?: number;
}

/** Running emulators, each under the name of its protocol, and an inbox for the messages of all. */
export type Sandbox<P extends readonly Named[]> = { readonly [One in P[number] as NameOf<One>]: RunningOf<One> } & {
  readonly inbox: Inbox;
  /** Closes every connection and every server. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

const owner = 'startSandbox';
const defaultSeed = 1;
/** The sandbox's own properties. No protocol can have such a name. */
const reserved: readonly string[] = ['inbox', 'close'];

const checks: Readonly<Record<keyof SandboxOptions<[]>, OptionCheck>> = {
  protocols: (value) => (Array.isArray(value) ? undefined : "must be a list, such as ['smtp']. Leave it out for all built-in protocols"),
  seed: check.integer(Number.MIN_SAFE_INTEGER),
};

/**
 * Starts emulators of protocols, for tests and for trying things out. They listen on free ports of loopback
 * addresses, accept everything, and send nothing on.
 *
 * @throws ArgumentError that names an option which is unknown or wrong. Nothing is started then.
 */
export async function startSandbox<const P extends readonly Named[] = readonly BuiltinName[]>(
  options: SandboxOptions<P> = {},
): Promise<Sandbox<P>> {
  checkOptions(options, checks, { of: owner });
  const protocols = findProtocols(options.protocols ?? (Object.keys(builtin) as BuiltinName[]));
  const inbox = createInbox();
  const running: [string, RunningProtocol][] = [];
  const close = async (): Promise<void> => {
    await Promise.all(running.map(([, protocol]) => protocol.close()));
    inbox.close();
  };
  try {
    for (const protocol of protocols) {
      const context = { inbox, random: createRandom(options.seed ?? defaultSeed) };
      running.push([protocol.name, await protocol.start(context)]);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { ...Object.fromEntries(running), inbox, close, [Symbol.asyncDispose]: close } as unknown as Sandbox<P>;
}

function findProtocols(given: readonly Named[]): readonly Protocol[] {
  // `Array.from` sees the holes of a list, which `map` skips.
  const protocols = Array.from(given, findProtocol);
  const names = protocols.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalidOption('protocols', `has "${twice}" twice`, owner);
  const taken = names.find((name) => reserved.includes(name));
  if (taken !== undefined) throw invalidOption('protocols', `has "${taken}", a property of the sandbox. Rename the protocol`, owner);
  return protocols;
}

function findProtocol(given: unknown, index: number): Protocol {
  if (isProtocol(given)) return given;
  const field = `protocols[${index}]`;
  if (typeof given !== 'string') {
    throw invalidOption(field, 'must be the name of a built-in protocol, or an object with a `name` and a `start` function', owner);
  }
  if (Object.hasOwn(builtin, given)) return builtin[given as BuiltinName];
  throw invalidOption(field, `is "${given}". Built-in protocols: ${Object.keys(builtin).join(', ')}`, owner);
}

function isProtocol(given: unknown): given is Protocol {
  if (typeof given !== 'object' || given === null) return false;
  const { name, start } = given as Readonly<Record<string, unknown>>;
  return typeof name === 'string' && name !== '' && typeof start === 'function';
}

/**
 * Returns a generator of numbers from 0 to below 1 (mulberry32). The same seed gives the same faults again.
 */
function createRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 4_294_967_296;
  };
}
