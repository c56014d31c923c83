/** What has gone wrong with TLS, as Node and OpenSSL name it. `refused`: not in this way, or not at this place. */
export type TlsFault = 'refused' | 'certificate' | 'passing';

/** OpenSSL's reasons, without what its versions put before those that the server told. */
const refusals: ReadonlySet<string> = new Set([
  // What answers speaks something else.
  'WRONG_VERSION_NUMBER',
  'WRONG_SSL_VERSION',
  'UNKNOWN_PROTOCOL',
  'PACKET_LENGTH_TOO_LONG',
  'PACKET_LENGTH_MISMATCH',
  'BAD_PACKET_LENGTH',
  'HTTP_REQUEST',
  'HTTPS_PROXY_REQUEST',
  // It speaks TLS, and the two agree on nothing.
  'UNSUPPORTED_PROTOCOL',
  'PROTOCOL_VERSION',
  'HANDSHAKE_FAILURE',
  'INSUFFICIENT_SECURITY',
  'NO_APPLICATION_PROTOCOL',
  'UNRECOGNIZED_NAME',
  'NO_PROTOCOLS_AVAILABLE',
  'NO_CIPHERS_AVAILABLE',
  'NO_SHARED_CIPHER',
  'DH_KEY_TOO_SMALL',
  'CERTIFICATE_REQUIRED',
]);

/** https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const certificateCode =
  /^(ERR_TLS_CERT_\w+|(?!ERR_)\w*(CERT|CRL|SIGNATURE|ISSUER)\w*|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED)$/;

/** Undefined for an error that is none of TLS. */
export function tlsFault(code: string): TlsFault | undefined {
  if (certificateCode.test(code)) return 'certificate';
  const reason = /^ERR_SSL_(?:(?:SSLV3|TLSV1|TLSV13|SSL\/TLS)_)?(?:ALERT_)?(.+)$/.exec(code)?.[1];
  if (reason === undefined) return undefined;
  return refusals.has(reason) ? 'refused' : 'passing';
}
