import { PermanentError } from '../errors.ts';
import type { EventDispatch } from '../events.ts';
import { ignore, isPromise } from '../foreign.ts';
import { nearest } from '../validate.ts';
import type { Links } from './message-type.ts';

/**
 * Returns the links that the site's `links` makes for one recipient.
 *
 * @throws PermanentError `links_failed` when `links` throws, or returns no links. It is a part of
 * rendering, which would fail again in the same way.
 */
export function linksFor(links: (dispatch: EventDispatch) => Links, dispatch: EventDispatch): Links {
  let problem = 'returned no object of links';
  let cause: unknown;
  try {
    const given: unknown = links(dispatch);
    if (isLinks(given)) return given;
    if (isPromise(given)) {
      ignore(given);
      problem = 'returned a promise. It must return the links';
    }
  } catch (error) {
    problem = `failed: ${error instanceof Error ? error.message : String(error)}`;
    cause = error;
  }
  throw new PermanentError(`\`links\` of createSitemessage ${problem}.`, { code: 'links_failed', cause });
}

const names: readonly string[] = ['unsubscribe', 'preferences', 'pixel'] satisfies readonly (keyof Links)[];

/**
 * Wraps links for a template. Reading a missing link throws an `Error` that names the option. Otherwise a
 * template would write `<a href="">`, and nobody would notice. `in` and `Object.keys` show which links
 * exist.
 */
export function strictLinks(links: Links): Required<Links> {
  return new Proxy(links as Required<Links>, {
    get(target, name, receiver) {
      const meant = typeof name === 'string' && Reflect.get(target, name, receiver) === undefined ? nearest(name, names) : undefined;
      if (meant === undefined) return Reflect.get(target, name, receiver);
      throw new Error(explainMissing(String(name), meant));
    },
  });
}

function explainMissing(name: string, meant: string): string {
  if (name !== meant) return `\`links.${name}\` does not exist. Did you mean \`links.${meant}\`?`;
  return `\`links.${name}\` does not exist. Pass \`links\` to createSitemessage, such as \`createLinks({ url, secret })\`, which gives \`${name}\`.`;
}

function isLinks(given: unknown): given is Links {
  if (typeof given !== 'object' || given === null || isPromise(given)) return false;
  const { unsubscribe, preferences, pixel } = given as Record<keyof Links, unknown>;
  return [unsubscribe, preferences, pixel].every((link) => link === undefined || typeof link === 'string');
}
