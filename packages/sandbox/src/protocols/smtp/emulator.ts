import { ArgumentError, check } from '@sitemessage/core';
import { createAccepted } from '../../accepted.ts';
import { type AddressFilter, checkAddressFilter, checkArguments, isAddressed } from '../../arguments.ts';
import { certificate } from '../../certificate.ts';
import type { Protocol, ProtocolContext, RunningProtocol } from '../../protocol.ts';
import { createSmtpFaults, faultsFor, type SmtpFault } from './faults.ts';
import { listen, type SmtpHost } from './listener.ts';
import { readMail } from './read-mail.ts';

/**
 * Options for `smtp({ ...sandbox.smtp.options })`: the port with STARTTLS, and the right user and password.
 */
export interface SmtpOptions {
  /** `127.0.0.1`. */
  readonly host: string;
  /** The port with STARTTLS. */
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly tls: 'starttls';
  /** The self-signed certificate of the server, in PEM. */
  readonly ca: string;
  /** A sender for every mail. */
  readonly from: string;
}

/** An attempt to log in. */
export interface SmtpLogin {
  readonly user: string;
  /** True when the connection was encrypted. */
  readonly secure: boolean;
}

/** The SMTP server of the sandbox: `sandbox.smtp`. */
export interface SmtpEmulator extends RunningProtocol {
  readonly options: SmtpOptions;
  /** `smtp://user:password@127.0.0.1:port`, for STARTTLS. The client has to trust `options.ca`. */
  readonly url: string;
  /** The ports: with STARTTLS, with TLS from the first byte (`implicit`), and without TLS (`plain`). */
  readonly ports: { readonly starttls: number; readonly implicit: number; readonly plain: number };
  /** The token that XOAUTH2 accepts in place of the password. */
  readonly accessToken: string;
  /**
   * Adds a fault. Returns a function that removes it.
   *
   * @throws ArgumentError that names the wrong field.
   */
  fail(fault: SmtpFault): () => void;
  /**
   * Refuses the first `attempts` for each matching recipient with 451, and then accepts the mail.
   * `attempts` is an integer from 1, the default. Returns a function that ends it.
   *
   * @throws ArgumentError for a wrong `to` or `attempts`.
   */
  greylist(to: AddressFilter, options?: { readonly attempts?: number }): () => void;
  /** Removes every fault. */
  heal(): void;
  /** Returns every attempt to log in, right or wrong, oldest first. */
  logins(): readonly SmtpLogin[];
  /** Returns the number of connections that were ever opened. */
  connected(): number;
}

const host = '127.0.0.1';
const user = 'sandbox@example.com';
const password = 'sandbox-password';
const accessToken = 'sandbox-access-token';
const from = 'Sandbox <sandbox@example.com>';

/** SMTP, by a real server that keeps the mail. */
export const smtp: Protocol<'smtp', SmtpEmulator> = { name: 'smtp', start };

async function start({ inbox, random }: ProtocolContext): Promise<SmtpEmulator> {
  const { key, cert } = await certificate();
  const faults = createSmtpFaults(random);
  const accepted = createAccepted();
  const logins: SmtpLogin[] = [];

  const smtpHost: SmtpHost = {
    faults,
    login(login) {
      logins.push({ user: login.user, secure: login.secure });
      return login.user === user && (login.password === password || login.accessToken === accessToken);
    },
    async take(raw, recipients) {
      let number = 0;
      for (const message of await readMail(raw, recipients)) {
        number = accepted.add({ address: message.address, text: message.text });
        inbox.add(message);
      }
      return `OK: queued as ${accepted.idFor(`sandbox-${number}`)}`;
    },
  };
  const [starttls, implicit, plain] = await Promise.all([
    listen({ key, cert }, smtpHost),
    listen({ key, cert, secure: true }, smtpHost),
    // It offers a login without TLS, which a client must not use.
    listen({ hideSTARTTLS: true, disabledCommands: ['STARTTLS'], allowInsecureAuth: true }, smtpHost),
  ]);
  const listeners = [starttls, implicit, plain];

  return {
    options: { host, port: starttls.port, user, password, tls: 'starttls', ca: cert, from },
    url: `smtp://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host}:${starttls.port}`,
    ports: { starttls: starttls.port, implicit: implicit.port, plain: plain.port },
    accessToken,
    fail: (fault) => faults.add(fault),
    greylist(to, options = {}) {
      const problem = checkAddressFilter(to);
      if (problem !== undefined) throw new ArgumentError(`\`to\` of greylist ${problem}.`, { field: 'to' });
      checkArguments(options, { attempts: check.integer(1) }, 'greylist');
      const { attempts = 1 } = options;
      const seen = new Map<string, number>();
      const isGrey = (address: string): boolean => {
        if (!isAddressed(to, address)) return false;
        const attempt = (seen.get(address) ?? 0) + 1;
        seen.set(address, attempt);
        return attempt <= attempts;
      };
      return faults.add({ at: 'rcpt', reply: '451 4.7.1 Greylisted, please try again later', to: isGrey, times: Number.POSITIVE_INFINITY });
    },
    heal: () => faults.clear(),
    logins: () => [...logins],
    connected: () => listeners.reduce((sum, listener) => sum + listener.connected(), 0),
    emulator: accepted.emulator({
      fail(fault) {
        faults.clear();
        faults.add(...faultsFor(fault));
      },
      connections: () => listeners.reduce((sum, listener) => sum + listener.connections(), 0),
    }),
    async close() {
      await Promise.all(listeners.map((listener) => listener.close()));
    },
  };
}
