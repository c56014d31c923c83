import { createHash, createHmac, pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { Credentials, Mechanism } from '@xmpp/client';

const derive = promisify(pbkdf2);

/**
 * SCRAM-SHA-1 (RFC 5802), without channel binding. The library has one of its own, which derives the key step by step in promises: for the
 * 10,000 iterations of Prosody it takes 700 ms, and this one takes 5.
 */
export class Scram implements Mechanism {
  readonly name: string = 'SCRAM-SHA-1';
  readonly clientFirst: boolean = true;
  readonly #nonce: string = randomBytes(18).toString('base64');
  #challenge: string | undefined;

  challenge(challenge: string): void {
    this.#challenge = challenge;
  }

  async response({ username, password }: Credentials): Promise<string> {
    const first = `n=${username.replaceAll('=', '=3D').replaceAll(',', '=2C')},r=${this.#nonce}`;
    if (this.#challenge === undefined) return `n,,${first}`;
    const [, nonce, salt, iterations] = /^r=([^,]+),s=([^,]+),i=(\d+)/.exec(this.#challenge) ?? [];
    if (nonce === undefined || salt === undefined || !nonce.startsWith(this.#nonce))
      throw new Error('the server answered something else than SCRAM');
    const salted = await derive(password, Buffer.from(salt, 'base64'), Number(iterations), 20, 'sha1');
    const key = hmac(salted, 'Client Key');
    const last = `c=biws,r=${nonce}`;
    const signature = hmac(createHash('sha1').update(key).digest(), `${first},${this.#challenge},${last}`);
    return `${last},p=${Buffer.from(key.map((byte, index) => byte ^ (signature[index] ?? 0))).toString('base64')}`;
  }
}

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha1', key).update(text).digest();
