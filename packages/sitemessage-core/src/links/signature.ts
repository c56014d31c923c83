import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, type KeyObject, timingSafeEqual } from 'node:crypto';
import { kindOf } from '../foreign.ts';
import { invalidOption } from '../validate.ts';

/** What makes texts into tokens that reveal and permit nothing, and reads those that it, or one with an older secret, has made. */
export interface Signature {
  /** The same text gives the same token. */
  close(text: string): string;
  /** Undefined for everything that was not made by `close`, for the same purpose, with one of the secrets. */
  open(token: string): string | undefined;
}

interface Keys {
  readonly mac: KeyObject;
  readonly cipher: KeyObject;
}

const shortestSecret = 32;
const digestLength = 32;
const cipherName = 'aes-256-ctr';
const ivLength = 16;
/** Texts are filled up to a multiple of this, so that a token's length says little about the address in it. */
const block = 32;
/** More than any token has: what is longer costs no work. */
const longestToken = 32_768;

/**
 * The digest of a text (HMAC-SHA-256) is both its signature and the start of its encryption, as in SIV (RFC 5297). So nothing random is
 * needed, and no number of tokens wears a key out.
 */
export function createSignature(secrets: readonly string[], purpose: string): Signature {
  const [signing, ...older] = secrets.map((secret) => deriveKeys(secret, purpose)) as [Keys, ...Keys[]];
  return {
    close(text) {
      const filled = Buffer.from(text + ' '.repeat(-Buffer.byteLength(text) & (block - 1)));
      const digest = digestOf(filled, signing);
      const cipher = createCipheriv(cipherName, signing.cipher, digest.subarray(0, ivLength));
      return Buffer.concat([digest, cipher.update(filled), cipher.final()]).toString('base64url');
    },
    open(token) {
      if (token.length > longestToken) return undefined;
      const bytes = Buffer.from(token, 'base64url');
      // What is read differently than it is written would be a second token for the same thing.
      if (bytes.length < digestLength + block || bytes.toString('base64url') !== token) return undefined;
      for (const keys of [signing, ...older]) {
        const text = unseal(bytes, keys);
        if (text !== undefined) return text;
      }
      return undefined;
    },
  };
}

function unseal(bytes: Uint8Array, keys: Keys): string | undefined {
  const digest = bytes.subarray(0, digestLength);
  const decipher = createDecipheriv(cipherName, keys.cipher, digest.subarray(0, ivLength));
  const filled = Buffer.concat([decipher.update(bytes.subarray(digestLength)), decipher.final()]);
  return timingSafeEqual(digestOf(filled, keys), digest) ? filled.toString().trimEnd() : undefined;
}

function digestOf(filled: Uint8Array, { mac }: Keys): Buffer {
  return createHmac('sha256', mac).update(filled).digest();
}

/** As key objects: from bytes each use of a key takes six times as long, and every message has three links. */
function deriveKeys(secret: string, purpose: string): Keys {
  const derived = new Uint8Array(hkdfSync('sha256', secret, '', `sitemessage link 1 ${purpose}`, 64));
  return { mac: createSecretKey(derived.subarray(0, 32)), cipher: createSecretKey(derived.subarray(32)) };
}

/**
 * One secret, or several: the first one signs, and all of them verify.
 *
 * @throws ArgumentError for one that is none, or too short to be a secret; it shows none.
 */
export function readSecrets(given: unknown): readonly string[] {
  const refuse = (problem: string): never => {
    throw invalidOption('secret', problem);
  };
  const secrets: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (secrets.length === 0) refuse('is an empty list; give it one secret at least');
  return secrets.map((secret) => {
    if (typeof secret !== 'string') return refuse(`must be a text, or a list of texts, not ${kindOf(secret)}`);
    if (secret.length >= shortestSecret) return secret;
    return refuse(`must have ${shortestSecret} characters at least, such as those of \`openssl rand -hex 32\``);
  });
}
