import { PermanentError } from '../errors.ts';
import type { EventDispatch } from '../events.ts';
import { ignore, isPromise } from '../foreign.ts';
import { nearest } from '../validate.ts';
import type { Links } from './message-type.ts';

/**
 * What the site's `links` gives for one recipient.
 *
 * @throws PermanentError when it throws, or gives no links: a part of rendering, which fails the same tomorrow.
 */
export function linksFor(links: (dispatch: EventDispatch) => Links, dispatch: EventDispatch): Links {
  let problem = 'gave no object of links';
  let cause: unknown;
  try {
    const given: unknown = links(dispatch);
    if (isLinks(given)) return given;
    if (isPromise(given)) {
      ignore(given);
      problem = 'gave a promise; it has to give the links at once';
    }
  } catch (error) {
    problem = `failed: ${error instanceof Error ? error.message : String(error)}`;
    cause = error;
  }
  throw new PermanentError(`\`links\` of createSitemessage ${problem}.`, { code: 'links_failed', cause });
}

const names: readonly string[] = ['unsubscribe', 'preferences', 'pixel'] satisfies readonly (keyof Links)[];

/**
 * The same links for a template. Reading one that does not exist throws an `Error` that names the option: a template would
 * write `<a href="">` without a word. `in` and `Object.keys` tell which links exist.
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
