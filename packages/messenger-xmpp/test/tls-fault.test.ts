import { redactor } from '@sitemessage/core';
import { describe, expect, it } from 'vitest';
import { openingError } from '../src/opening-error.ts';

const made = (code: string) => {
  const raw = Object.assign(new Error('00A1:error:0A00010B:SSL routines:ssl3_get_record:it went wrong:ssl/record.c:354:\n'), { code });
  return openingError(code.startsWith('ERR_SSL') ? Object.assign(raw, { reason: 'it went wrong' }) : raw, 'TLS', redactor([]));
};

describe('an error of TLS', () => {
  it.each([
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'ERR_SSL_PACKET_LENGTH_TOO_LONG',
    'ERR_SSL_HTTP_REQUEST',
    'ERR_SSL_UNSUPPORTED_PROTOCOL',
    'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
    'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
    'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE',
    'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL',
    'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
  ])('%s is a wrong configuration', (code) => {
    const error = made(code);
    expect(error).toMatchObject({ kind: 'configuration', code: 'xmpp_tls_unavailable' });
    expect(error.message).toContain('it went wrong. See `tls` and `port`.');
    expect(error.message).not.toContain('.c:');
  });

  it.each([
    'ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR',
    'ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC',
    'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC',
    'ERR_SSL_UNEXPECTED_EOF_WHILE_READING',
    'ERR_TLS_HANDSHAKE_TIMEOUT',
  ])('%s is transient', (code) => {
    expect(made(code)).toMatchObject({ kind: 'transient', code: 'xmpp_connection', sessionLost: true });
  });

  it.each([
    'CERT_HAS_EXPIRED',
    'CERT_NOT_YET_VALID',
    'CRL_HAS_EXPIRED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'HOSTNAME_MISMATCH',
    'INVALID_CA',
    'INVALID_PURPOSE',
    'PATH_LENGTH_EXCEEDED',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  ])('%s is a certificate that is not trusted', (code) => {
    expect(made(code)).toMatchObject({ kind: 'configuration', code: 'xmpp_certificate' });
  });
});
