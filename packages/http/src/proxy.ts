import { isPromise } from 'node:util/types';
import { readProxyUrl } from './proxy-url.ts';
import { wrong } from './wrong-option.ts';

/** A proxy's address, one for each protocol of the target (as in Python's requests), or a function that picks one for each session. */
export type ProxyOption = string | ProxyByProtocol | (() => string | ProxyByProtocol | undefined);

export interface ProxyByProtocol {
  readonly http?: string;
  readonly https?: string;
}

/**
 * Refuses what `createHttp` would refuse, for a messenger that is made long before it is opened. What a function gives is known only when
 * `createHttp` calls it.
 *
 * @throws ConfigurationError of code `http_option` that names the option, and shows nothing of it.
 */
export function checkProxy(proxy: ProxyOption | undefined): void {
  if (typeof proxy !== 'function') byProtocol(proxy);
}

/** The one for this target, if there is one. A function is called. @throws ConfigurationError of code `http_option`. */
export const proxyFor = (target: URL, option: ProxyOption | undefined): URL | undefined =>
  byProtocol(typeof option === 'function' ? picked(option) : option).get(target.protocol);

/** What the function throws, or rejects with, may hold a password that nobody knows yet: nothing of it is shown. */
function picked(pick: () => unknown): unknown {
  const given = calling(pick);
  if (!isPromise(given)) return given;
  given.catch(() => undefined);
  throw wrong('proxy', 'is a function that gives a promise; it must give the address itself, so ask for it before');
}

function calling(pick: () => unknown): unknown {
  try {
    return pick();
  } catch {
    throw wrong('proxy', 'threw: a function must give an address, one for each protocol, or undefined');
  }
}

function byProtocol(given: unknown): ReadonlyMap<string, URL | undefined> {
  const each = isPlain(given) ? given : { http: given, https: given };
  const unknown = Object.keys(each).some((name) => name !== 'http' && name !== 'https');
  if (unknown) throw wrong('proxy', 'has a key that is neither `http` nor `https`: the protocol of the target');
  return new Map(Object.entries(each).map(([protocol, one]) => [`${protocol}:`, url(one)]));
}

/** Neither a promise nor a URL, which have no keys either: nothing may be sent without the proxy by mistake. */
const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

const url = (given: unknown): URL | undefined =>
  given === undefined ? undefined : readProxyUrl(given, (problem) => wrong('proxy', problem));
