import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';

/** A login in progress. */
export interface Login {
  /** Handles a decoded message of the client. Returns a challenge, or the result. */
  next(message: string): Step;
}

type Step =
  | { readonly challenge: string }
  | { readonly user: string; readonly isRight: boolean; readonly final?: string }
  | { readonly failure: string };

export interface Account {
  readonly user: string;
  readonly password: string;
}

export const mechanisms = ['SCRAM-SHA-1', 'PLAIN'] as const;

/**
 * Begins a login. Undefined for an unknown mechanism. `iterations` are those of SCRAM. The default is the
 * minimum of RFC 5802.
 */
export function startLogin(mechanism: string | undefined, account: Account, iterations: number = 4_096): Login | undefined {
  if (mechanism === 'PLAIN') return plain(account);
  return mechanism === 'SCRAM-SHA-1' ? scram(account, iterations) : undefined;
}

/** PLAIN: RFC 4616. */
function plain({ user, password }: Account): Login {
  return {
    next(message) {
      const [, name, word, ...others] = message.split('\0');
      if (name === undefined || word === undefined || others.length > 0) return { failure: 'malformed-request' };
      return { user: name, isRight: prepared(name) === user && word === password };
    },
  };
}

/** The client's first message. */
interface First {
  /** The GS2 header. */
  readonly header: string;
  readonly name: string;
  /** The nonce of both sides. */
  readonly nonce: string;
  /** The messages of both sides, as they are signed. */
  readonly messages: string;
}

/**
 * SCRAM-SHA-1 without channel binding: RFC 5802. Like Prosody and ejabberd, it ignores the authorization
 * identity.
 */
function scram({ user, password }: Account, iterations: number): Login {
  const salt = randomBytes(16);
  let first: First | undefined;

  const begin = (message: string): Step => {
    const [, header, flag, bare, name = '', clientNonce] =
      /^(([ny]|p=[^,]+),[^,]*,)(n=([^,]*),r=([!-+\--~]+)(?:,.*)?)$/.exec(message) ?? [];
    if (header === undefined || /=(?!2C|3D)/.test(name)) return { failure: 'malformed-request' };
    // The client demands channel binding, but chose a mechanism without it.
    if (flag?.startsWith('p')) return { failure: 'not-authorized' };
    const nonce = `${clientNonce}${randomBytes(12).toString('hex')}`;
    const challenge = `r=${nonce},s=${salt.toString('base64')},i=${iterations}`;
    first = { header, name: name.replaceAll('=2C', ',').replaceAll('=3D', '='), nonce, messages: `${bare},${challenge}` };
    return { challenge };
  };

  const finish = (message: string, { header, name, nonce, messages }: First): Step => {
    const [, withoutProof, proof = ''] = /^(c=[^,]*,r=[^,]*),p=([^,]+)$/.exec(message) ?? [];
    if (withoutProof !== `c=${Buffer.from(header).toString('base64')},r=${nonce}`) return { failure: 'malformed-request' };
    const salted = pbkdf2Sync(password, salt, iterations, 20, 'sha1');
    const clientKey = hmac(salted, 'Client Key');
    const signature = hmac(hash(clientKey), `${messages},${withoutProof}`);
    const expected = clientKey.map((byte, index) => byte ^ (signature[index] ?? 0));
    const given = Buffer.from(proof, 'base64');
    const isRight = prepared(name) === user && given.length === expected.length && timingSafeEqual(given, expected);
    const serverSignature = hmac(hmac(salted, 'Server Key'), `${messages},${withoutProof}`);
    return { user: name, isRight, final: `v=${serverSignature.toString('base64')}` };
  };

  return { next: (message) => (first ? finish(message, first) : begin(message)) };
}

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha1', key).update(text).digest();
const hash = (bytes: Buffer): Buffer => createHash('sha1').update(bytes).digest();
/** Prepares a name for comparison. */
const prepared = (name: string): string => name.normalize('NFKC').toLowerCase();
