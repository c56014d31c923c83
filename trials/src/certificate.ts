import { randomUUID } from 'node:crypto';
import { generate } from 'selfsigned';

/** A certificate that vouches for itself, in PEM. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** For these names, and for these addresses. No two have the same subject: an authority is looked up by it. */
export async function certificate(names: readonly string[], addresses: readonly string[] = []): Promise<Certificate> {
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
