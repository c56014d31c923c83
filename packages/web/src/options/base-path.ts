import { refuse } from './refuse.ts';

/** Decoded, as paths are when they are compared, and empty for the root. */
export function readBasePath(given: unknown): string {
  const path = typeof given === 'string' ? decode(given) : undefined;
  const isPath =
    path !== undefined && /^(?:\/[\w\-.~\P{ASCII}]*)*$/u.test(path) && !path.split('/').some((segment) => /^\.\.?$/.test(segment));
  return isPath ? path.replace(/(?<!\/)\/+$/, '') : refuse('`basePath` must be a path such as `/messages`.');
}

/** Undefined for what no URL can have in its path. */
function decode(path: string): string | undefined {
  try {
    return path.isWellFormed() ? decodeURI(path) : undefined;
  } catch {
    return undefined;
  }
}
