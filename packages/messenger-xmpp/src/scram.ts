import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { Credentials, Mechanism } from '@xmpp/client';
import { coded } from './coded.ts';

const derive = promisify(pbkdf2);

/** RFC 5802, 5.1, asks for the least; with fewer, who listens may guess the password. More would keep this machine busy for seconds. */
const iterationRange = { least: 4_096, most: 1_000_000 } as const;

/**
 * SCRAM-SHA-1 (RFC 5802), without channel binding. The library has one of its own, which derives the key step by step in promises: for the
 * 10,000 iterations of Prosody it takes 700 ms, and this one takes 5. It does not look at the server's signature either.
 */
export class Scram implements Mechanism {
  readonly name: string = 'SCRAM-SHA-1';
  readonly clientFirst: boolean = true;
  readonly #nonce: string = randomBytes(18).toString('base64');
  #challenge: string | undefined;
  #isBegun = false;
  /** What the server will say when it knows the password. */
  #signature: Buffer | undefined;
  #isProven = false;

  challenge(challenge: string): void {
    this.#challenge = challenge;
  }

  async response({ username, password }: Credentials): Promise<string> {
    this.#isBegun = true;
    const first = `n=${username.replaceAll('=', '=3D').replaceAll(',', '=2C')},r=${this.#nonce}`;
    if (this.#challenge === undefined) return `n,,${first}`;
    if (this.#signature) {
      // RFC 6120, 6.3.10: it may come before the success as well as with it.
      this.#prove(this.#challenge);
      return '';
    }
    const { nonce, salt, iterations } = this.#readChallenge(this.#challenge);
    const salted = await derive(password, Buffer.from(salt, 'base64'), iterations, 20, 'sha1');
    const key = hmac(salted, 'Client Key');
    const last = `c=biws,r=${nonce}`;
    const messages = `${first},${this.#challenge},${last}`;
    const signature = hmac(createHash('sha1').update(key).digest(), messages);
    this.#signature = hmac(hmac(salted, 'Server Key'), messages);
    return `${last},p=${Buffer.from(key.map((byte, index) => byte ^ (signature[index] ?? 0))).toString('base64')}`;
  }

  /**
   * What the server says when it lets us in (RFC 5802, 5). Nothing to look at after another mechanism.
   *
   * @throws Error of code `ENOLOGIN` when it does not know the password itself.
   */
  finish(words: string): void {
    if (this.#isBegun && !this.#isProven) this.#prove(words);
  }

  #prove(words: string): void {
    const refusal = /^e=([^,]+)/.exec(words)?.[1];
    if (refusal !== undefined) throw coded('ENOLOGIN', `the server answered ${refusal}`);
    const given = Buffer.from(/^v=([^,]+)/.exec(words)?.[1] ?? '', 'base64');
    const expected = this.#signature;
    this.#isProven = expected !== undefined && given.length === expected.length && timingSafeEqual(given, expected);
    if (!this.#isProven) throw coded('ENOLOGIN', 'the signature of the server is missing or wrong: it does not know the password itself');
  }

  #readChallenge(challenge: string): { readonly nonce: string; readonly salt: string; readonly iterations: number } {
    const [, nonce, salt, count] = /^r=([^,]+),s=([^,]+),i=(\d+)/.exec(challenge) ?? [];
    if (nonce === undefined || salt === undefined || !nonce.startsWith(this.#nonce)) {
      throw coded('ENOLOGIN', 'the server answered something else than SCRAM');
    }
    const iterations = Number(count);
    const { least, most } = iterationRange;
    if (iterations < least || iterations > most) {
      throw coded('ENOLOGIN', `the server asks for ${iterations} iterations of SCRAM; from ${least} to ${most} are taken`);
    }
    return { nonce, salt, iterations };
  }
}

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha1', key).update(text).digest();
