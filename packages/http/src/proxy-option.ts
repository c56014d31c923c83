import { isPromise } from 'node:util/types';
import { invalidOption } from '@sitemessage/core';
import { checkProxyUrl } from './tunnel/proxy.ts';

/**
 * The URL of a proxy, one for each protocol of the target (as in Python's requests), or a function that picks
 * one for each session.
 */
export type ProxyOption = string | ProxyByProtocol | (() => string | ProxyByProtocol | undefined);

export interface ProxyByProtocol {
  readonly http?: string;
  readonly https?: string;
}

/**
 * Checks the option `proxy` of a messenger, in a table of `checkOptions` of core. Returns what is wrong,
 * without a secret; undefined when nothing is. A function is not called: `createHttp` checks what it
 * returns.
 */
export function checkProxy(value: unknown): string | undefined {
  return typeof value === 'function' ? undefined : checkPicked(value);
}

/**
 * Returns the URL of the proxy for this target, or undefined for none. Calls a function.
 *
 * @throws ArgumentError `option_invalid`, which shows nothing of the value.
 */
export function proxyFor(target: URL, option: ProxyOption | undefined): URL | undefined {
  const picked = typeof option === 'function' ? pick(option) : option;
  const problem = checkPicked(picked);
  if (problem !== undefined) throw invalidOption('proxy', problem, 'createHttp');
  const { http, https } = isPlain(picked) ? picked : { http: picked, https: picked };
  const url = (target.protocol === 'https:' ? https : http) as string | undefined;
  return url === undefined ? undefined : new URL(url);
}

/** Shows nothing of an error of the function: it may hold a password that is not known as a secret yet. */
function pick(option: () => unknown): unknown {
  const picked = call(option);
  if (!isPromise(picked)) return picked;
  picked.catch(() => undefined);
  throw invalidOption('proxy', 'is a function that returns a promise. It must return the URL itself, so ask for it before', 'createHttp');
}

function call(option: () => unknown): unknown {
  try {
    return option();
  } catch {
    throw invalidOption('proxy', 'is a function that threw. It must return a URL, one for each protocol, or undefined', 'createHttp');
  }
}

function checkPicked(value: unknown): string | undefined {
  const byProtocol = isPlain(value) ? value : { https: value };
  if (Object.keys(byProtocol).some((name) => name !== 'http' && name !== 'https')) {
    return 'has a key other than `http` and `https`, the protocols of the target';
  }
  return Object.values(byProtocol)
    .filter((url) => url !== undefined)
    .map(checkProxyUrl)
    .find((problem) => problem !== undefined);
}

/** Refuses promises and instances of URL, which have no keys: requests would go out without the proxy. */
const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
