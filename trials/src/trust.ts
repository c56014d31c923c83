import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { Certificate } from './certificate.ts';

/** In this process, from now on. */
export function trust(...certificates: readonly Certificate[]): void {
  setDefaultCACertificates([...getCACertificates('default'), ...certificates.map(({ cert }) => cert)]);
}
