import { PermanentError } from '../errors.ts';
import type { EventDispatch } from '../events.ts';
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
    if (given instanceof Promise) {
      given.catch(() => undefined);
      problem = 'gave a promise; it has to give the links at once';
    }
  } catch (error) {
    problem = `failed: ${error instanceof Error ? error.message : String(error)}`;
    cause = error;
  }
  throw new PermanentError(`\`links\` of createSitemessage ${problem}.`, { code: 'links_failed', cause });
}

function isLinks(given: unknown): given is Links {
  if (typeof given !== 'object' || given === null || given instanceof Promise) return false;
  const { unsubscribe, preferences, pixel } = given as Record<keyof Links, unknown>;
  return [unsubscribe, preferences, pixel].every((link) => link === undefined || typeof link === 'string');
}
