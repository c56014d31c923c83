import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';

/** A login that goes on until it has a result. */
export interface Login {
  /** What the client said, decoded. Returns a challenge, or how it ended. */
  meet(said: string): Step;
}

type Step =
  | { readonly challenge: string }
  | { readonly user: string; readonly isRight: boolean; readonly finalWords?: string }
  | { readonly failure: string };

export interface Account {
  readonly user: string;
  readonly password: string;
}

export const mechanisms = ['SCRAM-SHA-1', 'PLAIN'] as const;

/** `iterations`: of SCRAM. Default: what RFC 5802 asks for at least. */
export function startLogin(mechanism: string | undefined, account: Account, iterations: number = 4_096): Login | undefined {
  if (mechanism === 'PLAIN') return plain(account);
  return mechanism === 'SCRAM-SHA-1' ? scram(account, iterations) : undefined;
}

/** RFC 4616. */
function plain({ user, password }: Account): Login {
  return {
    meet(said) {
      const [, name, word, ...others] = said.split('\0');
      if (name === undefined || word === undefined || others.length > 0) return { failure: 'malformed-request' };
      return { user: name, isRight: name === user && word === password };
    },
  };
}

/** RFC 5802, without channel binding. */
function scram({ user, password }: Account, iterations: number): Login {
  const salt = randomBytes(16);
  let first: { readonly name: string; readonly nonce: string; readonly messages: string } | undefined;

  const begin = (said: string): Step => {
    const [, bare, name = '', clientNonce] = /^[ny],,(n=([^,]*),r=([!-+\--~]+))$/.exec(said) ?? [];
    if (bare === undefined) return { failure: 'malformed-request' };
    const nonce = `${clientNonce}${randomBytes(12).toString('hex')}`;
    const challenge = `r=${nonce},s=${salt.toString('base64')},i=${iterations}`;
    first = { name: name.replaceAll('=2C', ',').replaceAll('=3D', '='), nonce, messages: `${bare},${challenge}` };
    return { challenge };
  };

  const finish = (said: string, { name, nonce, messages }: NonNullable<typeof first>): Step => {
    const [, withoutProof, proof = ''] = /^(c=[^,]*,r=[^,]*),p=([^,]+)$/.exec(said) ?? [];
    if (withoutProof !== `c=biws,r=${nonce}`) return { failure: 'malformed-request' };
    const salted = pbkdf2Sync(password, salt, iterations, 20, 'sha1');
    const clientKey = hmac(salted, 'Client Key');
    const signature = hmac(hash(clientKey), `${messages},${withoutProof}`);
    const expected = clientKey.map((byte, index) => byte ^ (signature[index] ?? 0));
    const given = Buffer.from(proof, 'base64');
    const isRight = name === user && given.length === expected.length && timingSafeEqual(given, expected);
    const serverSignature = hmac(hmac(salted, 'Server Key'), `${messages},${withoutProof}`);
    return { user: name, isRight, finalWords: `v=${serverSignature.toString('base64')}` };
  };

  return { meet: (said) => (first ? finish(said, first) : begin(said)) };
}

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha1', key).update(text).digest();
const hash = (bytes: Buffer): Buffer => createHash('sha1').update(bytes).digest();
