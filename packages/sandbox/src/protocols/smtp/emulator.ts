import type { Emulator, Received } from '@sitemessage/core/testing';
import { certificate } from '../../certificate.ts';
import { createGivenIds } from '../../http/given-ids.ts';
import type { ProtocolContext, RunningProtocol } from '../../protocol.ts';
import { checkCount, checkTo } from './check-fault.ts';
import { faultsFor } from './contract-faults.ts';
import { createFaults, type SmtpFault } from './faults.ts';
import { listen, type SmtpHost } from './listener.ts';
import { readMail } from './read-mail.ts';

/** Ready for `smtp({ ...sandbox.smtp.options })`. */
export interface SmtpOptions {
  /** 127.0.0.1. */
  readonly host: string;
  /** The one with STARTTLS. */
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** What the port wants. */
  readonly tls: 'starttls';
  /** The certificate that the server vouches for itself with, in PEM. */
  readonly ca: string;
  /** A sender that every mail can have. */
  readonly from: string;
}

/** An attempt to log in. */
export interface SmtpLogin {
  readonly user: string;
  /** Whether the line was encrypted at that time. */
  readonly secure: boolean;
}

/** The SMTP server of a sandbox: `sandbox.smtp`. */
export interface SmtpEmulator extends RunningProtocol {
  /** What `messengerContract` questions and breaks. Its `fail` replaces every fault; a test of your own takes `fail` beside it. */
  readonly emulator: Emulator;
  /** What a messenger needs to send here: the port with STARTTLS, and the right user and password. */
  readonly options: SmtpOptions;
  /** `smtp://user:password@127.0.0.1:port`, with STARTTLS. */
  readonly url: string;
  /** With STARTTLS, with TLS from the first byte on, and without TLS at all. */
  readonly ports: { readonly starttls: number; readonly implicit: number; readonly plain: number };
  /** What XOAUTH2 takes instead of the password. */
  readonly accessToken: string;
  /**
   * Makes something go wrong. Returns what lifts it.
   *
   * @throws TypeError that names the field of a fault that cannot strike as it says.
   */
  fail(fault: SmtpFault): () => void;
  /**
   * Refuses whoever fits for the first `attempts` times each (from 1, the default), and then takes their mail. Returns what lifts it.
   *
   * @throws TypeError for a wrong `to` or `attempts`.
   */
  greylist(to: string | ((address: string) => boolean), options?: { readonly attempts?: number }): () => void;
  /** Lifts every fault. */
  heal(): void;
  /** Every attempt to log in, right or wrong, oldest first. */
  logins(): readonly SmtpLogin[];
  /** Connections that were ever opened. */
  connected(): number;
}

const host = '127.0.0.1';
const user = 'sandbox@example.com';
const password = 'sandbox-password';
const accessToken = 'sandbox-access-token';
const from = 'Sandbox <sandbox@example.com>';

export async function startSmtp({ inbox, random }: ProtocolContext): Promise<SmtpEmulator> {
  const { key, cert } = await certificate();
  const faults = createFaults(random);
  const taken: Received[] = [];
  const logins: SmtpLogin[] = [];
  const queueIds = createGivenIds();

  const smtpHost: SmtpHost = {
    faults,
    login(login) {
      logins.push({ user: login.user, secure: login.secure });
      return login.user === user && (login.password === password || login.accessToken === accessToken);
    },
    async take(raw, recipients) {
      for (const message of await readMail(raw, recipients)) {
        taken.push({ address: message.address, text: message.text });
        inbox.add(message);
      }
      return `OK: queued as ${queueIds.next(`sandbox-${taken.length}`)}`;
    },
  };
  const [starttls, implicit, plain] = await Promise.all([
    listen({ key, cert }, smtpHost),
    listen({ key, cert, secure: true }, smtpHost),
    // It offers to log in all the same: a client must not.
    listen({ hideSTARTTLS: true, disabledCommands: ['STARTTLS'], allowInsecureAuth: true }, smtpHost),
  ]);
  const listeners = [starttls, implicit, plain];
  const connections = (): number => listeners.reduce((sum, listener) => sum + listener.connections(), 0);

  return {
    options: { host, port: starttls.port, user, password, tls: 'starttls', ca: cert, from },
    url: `smtp://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host}:${starttls.port}`,
    ports: { starttls: starttls.port, implicit: implicit.port, plain: plain.port },
    accessToken,
    fail: (fault) => faults.add(fault),
    greylist(to, { attempts = 1 } = {}) {
      checkTo(to);
      checkCount('attempts', attempts);
      const seen = new Map<string, number>();
      const fits = typeof to === 'string' ? (address: string) => address === to : to;
      const isGrey = (address: string): boolean => {
        const attempt = (seen.get(address) ?? 0) + 1;
        if (fits(address)) seen.set(address, attempt);
        return fits(address) && attempt <= attempts;
      };
      return faults.add({ at: 'rcpt', reply: '451 4.7.1 Greylisted, please try again later', to: isGrey, times: Number.POSITIVE_INFINITY });
    },
    heal: () => faults.clear(),
    logins: () => [...logins],
    connected: () => listeners.reduce((sum, listener) => sum + listener.connected(), 0),
    emulator: {
      received: () => [...taken],
      fail(fault) {
        faults.clear();
        faults.add(...faultsFor(fault));
      },
      answerWith: (id) => queueIds.give(id),
      connections,
    },
    async close() {
      await Promise.all(listeners.map((listener) => listener.close()));
    },
  };
}
