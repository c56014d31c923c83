import { waitFor } from './rate-limits.ts';

/**
 * What X says instead of a result, in any of its four forms: a problem of v2 (`title`, `detail`, `type`), the numbered errors of v1, which some
 * endpoints still answer with, one such error alone (`code` and `message`), and the errors of OAuth 2.0.
 */
export interface Refusal {
  readonly status: number;
  /** Those of v1: https://docs.x.com/x-api/fundamentals/response-codes-and-errors. */
  readonly numbers: readonly number[];
  /** What kind of problem it is to v2, in its title and its type: `CreditsDepleted https://api.x.com/2/problems/credits`. */
  readonly problem: string;
  /** All that it says, for whoever reads the error. Without a secret. */
  readonly words: string;
  /** What to wait for when it has been asked too often, in milliseconds. */
  readonly waitMs: number;
}

type Fields = Readonly<Record<string, unknown>>;

/** Undefined for what is none of X's own: the page of a gateway, or JSON of somebody else. `shown` takes secrets out of a text. */
export function refusalOf({ status, headers }: Response, reply: Fields | undefined, shown: (words: string) => string): Refusal | undefined {
  if (!reply) return undefined;
  // Gateways send a `message` too, but no number with it.
  const alone = typeof reply.code === 'number' ? [reply] : [];
  const errors = [...alone, ...(Array.isArray(reply.errors) ? reply.errors : []).map((error) => Object(error) as Fields)];
  const texts = [reply.title, reply.detail, ...errors.map(({ message }) => message), reply.error, reply.error_description];
  const said = texts.filter((text) => typeof text === 'string' && text !== '');
  if (said.length === 0) return undefined;
  return {
    status,
    numbers: errors.map(({ code }) => code).filter((code) => typeof code === 'number'),
    problem: [reply.title, reply.type].filter((text) => typeof text === 'string').join(' '),
    words: shown([...new Set(said)].join(': ')),
    waitMs: waitFor(headers),
  };
}
