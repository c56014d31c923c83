import { randomUUID } from 'node:crypto';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

/** A self-signed certificate and its key, in PEM. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/**
 * Makes a certificate for these host names and IP addresses. Each gets its own subject, since an authority is
 * looked up by it.
 */
export async function certificate(names: readonly string[], addresses: readonly string[] = []): Promise<Certificate> {
  // Loading it takes 100 ms or more, and most tests that import this module need no certificate.
  const { generate } = await import('selfsigned');
  const altNames = [...names.map((value) => ({ type: 2 as const, value })), ...addresses.map((ip) => ({ type: 7 as const, ip }))];
  const { private: key, cert } = await generate([{ name: 'commonName', value: randomUUID() }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'subjectAltName', altNames },
    ],
  });
  return { key, cert };
}

/** Trusts these certificates in this process, from now on. */
export function trust(...certificates: readonly Certificate[]): void {
  setDefaultCACertificates([...getCACertificates('default'), ...certificates.map(({ cert }) => cert)]);
}
