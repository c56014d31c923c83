import { readField } from './foreign.ts';

/**
 * What an error asks for next. Read it with {@link errorKind}, never by `instanceof`: two copies of this package in one
 * process have two sets of classes, and must still understand each other.
 */
export type ErrorKind = 'transient' | 'permanent' | 'address' | 'configuration' | 'unknown';

export interface ErrorOptions {
  /** Stable, snake_case, safe to switch on; each class has a default. */
  readonly code?: string;
  /** What went wrong underneath. Must hold no secret: pass it through {@link redactor} first. */
  readonly cause?: unknown;
}

/** The base of every error that sitemessage throws on purpose. */
export abstract class SitemessageError extends Error {
  abstract readonly kind: ErrorKind;
  readonly code: string;

  constructor(message: string, code: string, cause: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** A header that is no number after all must not become a due time. */
function wait(ms: number | undefined): number | undefined {
  return ms !== undefined && Number.isFinite(ms) ? Math.max(0, Math.ceil(ms)) : undefined;
}

/** Whom a refusal concerns: one dispatch, everybody who writes to this address, or everybody who uses this messenger. */
export type TransientScope = 'dispatch' | 'address' | 'messenger';

export interface TransientErrorOptions extends ErrorOptions {
  /** The provider's own wait, in milliseconds; core waits 24 hours at most. Default, also for NaN: the retry policy alone decides. */
  readonly retryAfterMs?: number;
  /**
   * Default `dispatch`: this dispatch uses up an attempt and is tried again later. With `address` or `messenger` (a 429)
   * that address or that messenger is deferred for every worker, and no attempt is used.
   */
  readonly scope?: TransientScope;
  /** The session is of no use any more; core opens another. Default false. */
  readonly sessionLost?: boolean;
}

/** It may work later, and nothing has been sent: the network failed before the request went out, a 429, a 5xx, an SMTP 4yz. */
export class TransientError extends SitemessageError {
  override readonly name: string = 'TransientError';
  readonly kind = 'transient' as const;
  declare readonly retryAfterMs?: number;
  readonly scope: TransientScope;
  readonly sessionLost: boolean;

  constructor(message: string, options: TransientErrorOptions = {}) {
    super(message, options.code ?? 'transient', options.cause);
    const retryAfterMs = wait(options.retryAfterMs);
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
    this.scope = options.scope ?? 'dispatch';
    this.sessionLost = options.sessionLost ?? false;
  }
}

export interface PermanentErrorOptions extends ErrorOptions {
  /** The provider says that there is nobody at this address (any more). Default false. */
  readonly recipientGone?: boolean;
}

/** Trying again is of no use: the provider refuses this message or this recipient, or it cannot be rendered. */
export class PermanentError extends SitemessageError {
  override readonly name: string = 'PermanentError';
  readonly kind = 'permanent' as const;
  readonly recipientGone: boolean;

  constructor(message: string, options: PermanentErrorOptions = {}) {
    super(message, options.code ?? 'permanent', options.cause);
    this.recipientGone = options.recipientGone ?? false;
  }
}

/** What was given is no address of this messenger. Thrown when scheduling where possible. */
export class AddressError extends SitemessageError {
  override readonly name: string = 'AddressError';
  readonly kind = 'address' as const;

  constructor(message: string, options: ErrorOptions = {}) {
    super(message, options.code ?? 'address', options.cause);
  }
}

export interface ConfigurationErrorOptions extends ErrorOptions {
  /**
   * The messenger pauses for at least so many milliseconds, such as after a block by the provider; core waits 24 hours at most. Default, also for
   * NaN: 5 s, doubling up to 5 min.
   */
  readonly retryAfterMs?: number;
}

/** Somebody has to change something first: a wrong token, a missing option, an unknown alias. */
export class ConfigurationError extends SitemessageError {
  override readonly name: string = 'ConfigurationError';
  readonly kind = 'configuration' as const;
  declare readonly retryAfterMs?: number;

  constructor(message: string, options: ConfigurationErrorOptions = {}) {
    super(message, options.code ?? 'configuration', options.cause);
    const retryAfterMs = wait(options.retryAfterMs);
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
  }
}

type ArgumentErrorCode = 'option_unknown' | 'option_invalid' | 'argument_invalid';

export interface ArgumentErrorOptions {
  /** Default `argument_invalid`. */
  readonly code?: ArgumentErrorCode;
  /** The path of the wrong argument or option: `dueAt`, `oauth2.accessUrl`. */
  readonly field: string;
}

/** A call was given a wrong argument or option. It did nothing. Programs that are correct never see this error. */
export class ArgumentError extends SitemessageError {
  override readonly name: string = 'ArgumentError';
  readonly kind = 'configuration' as const;
  readonly field: string;

  constructor(message: string, options: ArgumentErrorOptions) {
    super(message, options.code ?? 'argument_invalid', undefined);
    this.field = options.field;
  }
}

export interface UnknownOutcomeErrorOptions extends ErrorOptions {
  /** The session is of no use any more; core opens another. Default false. */
  readonly sessionLost?: boolean;
}

/** The line broke after the request went out: it may have been sent, and nobody can tell. */
export class UnknownOutcomeError extends SitemessageError {
  override readonly name: string = 'UnknownOutcomeError';
  readonly kind = 'unknown' as const;
  readonly sessionLost: boolean;

  constructor(message: string, options: UnknownOutcomeErrorOptions = {}) {
    super(message, options.code ?? 'unknown_outcome', options.cause);
    this.sessionLost = options.sessionLost ?? false;
  }
}

const kinds: ReadonlySet<unknown> = new Set<ErrorKind>(['transient', 'permanent', 'address', 'configuration', 'unknown']);

/** The `kind` of an error of whichever copy of this package. Anything else counts as `transient`: a bug or an unmapped reply. */
export function errorKind(error: unknown): ErrorKind {
  const kind = readField(error, 'kind');
  return kinds.has(kind) ? (kind as ErrorKind) : 'transient';
}
