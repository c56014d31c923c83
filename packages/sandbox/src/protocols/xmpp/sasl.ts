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
      return { user: name, isRight: prepared(name) === user && word === password };
    },
  };
}

/** The client's first message: its GS2 header, its name, and the nonce of both sides. */
interface First {
  readonly header: string;
  readonly name: string;
  readonly nonce: string;
  readonly messages: string;
}

/** RFC 5802, without channel binding. As at Prosody and ejabberd, the authorization identity is ignored. */
function scram({ user, password }: Account, iterations: number): Login {
  const salt = randomBytes(16);
  let first: First | undefined;

  const begin = (said: string): Step => {
    const [, header, flag, bare, name = '', clientNonce] = /^(([ny]|p=[^,]+),[^,]*,)(n=([^,]*),r=([!-+\--~]+)(?:,.*)?)$/.exec(said) ?? [];
    if (header === undefined || /=(?!2C|3D)/.test(name)) return { failure: 'malformed-request' };
    // It insists on channel binding, and has not asked for the mechanism with it.
    if (flag?.startsWith('p')) return { failure: 'not-authorized' };
    const nonce = `${clientNonce}${randomBytes(12).toString('hex')}`;
    const challenge = `r=${nonce},s=${salt.toString('base64')},i=${iterations}`;
    first = { header, name: name.replaceAll('=2C', ',').replaceAll('=3D', '='), nonce, messages: `${bare},${challenge}` };
    return { challenge };
  };

  const finish = (said: string, { header, name, nonce, messages }: First): Step => {
    const [, withoutProof, proof = ''] = /^(c=[^,]*,r=[^,]*),p=([^,]+)$/.exec(said) ?? [];
    if (withoutProof !== `c=${Buffer.from(header).toString('base64')},r=${nonce}`) return { failure: 'malformed-request' };
    const salted = pbkdf2Sync(password, salt, iterations, 20, 'sha1');
    const clientKey = hmac(salted, 'Client Key');
    const signature = hmac(hash(clientKey), `${messages},${withoutProof}`);
    const expected = clientKey.map((byte, index) => byte ^ (signature[index] ?? 0));
    const given = Buffer.from(proof, 'base64');
    const isRight = prepared(name) === user && given.length === expected.length && timingSafeEqual(given, expected);
    const serverSignature = hmac(hmac(salted, 'Server Key'), `${messages},${withoutProof}`);
    return { user: name, isRight, finalWords: `v=${serverSignature.toString('base64')}` };
  };

  return { meet: (said) => (first ? finish(said, first) : begin(said)) };
}

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha1', key).update(text).digest();
const hash = (bytes: Buffer): Buffer => createHash('sha1').update(bytes).digest();
/** As servers compare names. */
const prepared = (name: string): string => name.normalize('NFKC').toLowerCase();
