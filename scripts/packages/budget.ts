/** What packages may cost their users. Whoever raises a number or adds a name has seen why. */
export interface Budget {
  readonly tarballKb: number;
  readonly unpackedKb: number;
  /** All that npm installs with it, beside core: these and no other. */
  readonly dependencies: readonly string[];
}

/**
 * How long the import of core's main entry may take, beyond the start of a process that imports nothing; more on a machine on which that
 * takes longer than `referenceFloorMs`. The rest is what dependencies take, which is told and has no budget.
 */
export const coreImportMs = 30;

/** How long a process that imports an empty module takes where that budget was set. */
export const referenceFloorMs = 28;

/** The whole main entry of core, with everything that it imports. 87 kB until storages and links got their own entries. */
export const coreMinifiedKb = 86;

/** An application that imports `createSitemessage` and `defineMessageType`. A third of it is sending, a sixth is the text of errors. */
export const applicationMinifiedKb = 78;

const ofCore = ['@standard-schema/spec'];
const ofHttp = [
  'dom-serializer',
  'domelementtype',
  'domhandler',
  'domutils',
  'entities',
  'htmlparser2',
  'ip-address',
  'ky',
  'smart-buffer',
  'socks',
];

export const budgets: Readonly<Record<string, Budget>> = {
  '@sitemessage/core': {
    tarballKb: 135,
    unpackedKb: 520,
    dependencies: [...ofCore],
  },
  '@sitemessage/http': {
    tarballKb: 20,
    unpackedKb: 60,
    dependencies: [...ofCore, ...ofHttp],
  },
  '@sitemessage/messenger-fb': {
    tarballKb: 15,
    unpackedKb: 40,
    dependencies: [...ofCore, ...ofHttp, '@sitemessage/http'],
  },
  '@sitemessage/messenger-smtp': {
    tarballKb: 25,
    unpackedKb: 75,
    dependencies: [...ofCore, ...ofHttp, '@sitemessage/http', 'nodemailer'],
  },
  '@sitemessage/messenger-telegram': {
    tarballKb: 15,
    unpackedKb: 45,
    dependencies: [...ofCore, ...ofHttp, '@grammyjs/types', '@sitemessage/http'],
  },
  '@sitemessage/messenger-twitter': {
    tarballKb: 65,
    unpackedKb: 270,
    dependencies: [...ofCore, ...ofHttp, '@sitemessage/http', 'twitter-api-v2'],
  },
  '@sitemessage/messenger-vk': {
    tarballKb: 15,
    unpackedKb: 40,
    dependencies: [...ofCore, ...ofHttp, '@sitemessage/http'],
  },
  '@sitemessage/messenger-xmpp': {
    tarballKb: 25,
    unpackedKb: 80,
    dependencies: [
      ...ofCore,
      ...ofHttp,

      '@sitemessage/http',
      '@xmpp/base64',
      '@xmpp/client',
      '@xmpp/client-core',
      '@xmpp/connection',
      '@xmpp/connection-tcp',
      '@xmpp/error',
      '@xmpp/events',
      '@xmpp/id',
      '@xmpp/iq',
      '@xmpp/jid',
      '@xmpp/middleware',
      '@xmpp/reconnect',
      '@xmpp/resolve',
      '@xmpp/resource-binding',
      '@xmpp/sasl',
      '@xmpp/sasl-anonymous',
      '@xmpp/sasl-ht-sha-256-none',
      '@xmpp/sasl-plain',
      '@xmpp/sasl-scram-sha-1',
      '@xmpp/sasl2',
      '@xmpp/starttls',
      '@xmpp/stream-features',
      '@xmpp/stream-management',
      '@xmpp/tcp',
      '@xmpp/time',
      '@xmpp/tls',
      '@xmpp/websocket',
      '@xmpp/xml',
      'events',
      'koa-compose',
      'ltx',
      'sasl-anonymous',
      'sasl-plain',
      'sasl-scram-sha-1',
      'saslmechanisms',
      'saxes',
      'xmlchars',
    ],
  },
  '@sitemessage/sandbox': {
    tarballKb: 60,
    unpackedKb: 200,
    dependencies: [
      ...ofCore,
      '@noble/hashes',
      '@peculiar/asn1-cms',
      '@peculiar/asn1-csr',
      '@peculiar/asn1-ecc',
      '@peculiar/asn1-pfx',
      '@peculiar/asn1-pkcs8',
      '@peculiar/asn1-pkcs9',
      '@peculiar/asn1-rsa',
      '@peculiar/asn1-schema',
      '@peculiar/asn1-x509',
      '@peculiar/asn1-x509-attr',
      '@peculiar/utils',
      '@peculiar/x509',
      'asn1js',
      'bytestreamjs',
      'nodemailer',
      'pkijs',
      'postal-mime',
      'punycode.js',
      'pvtsutils',
      'pvutils',
      'reflect-metadata',
      'saxes',
      'selfsigned',
      'smtp-server',
      'tslib',
      'tsyringe',
      'xmlchars',
    ],
  },
  '@sitemessage/storage-postgres': {
    tarballKb: 30,
    unpackedKb: 105,
    dependencies: [
      ...ofCore,
      'pg',
      'pg-cloudflare',
      'pg-connection-string',
      'pg-int8',
      'pg-pool',
      'pg-protocol',
      'pg-types',
      'pgpass',
      'postgres-array',
      'postgres-bytea',
      'postgres-date',
      'postgres-interval',
      'split2',
      'xtend',
    ],
  },
  '@sitemessage/storage-sqlite': {
    tarballKb: 20,
    unpackedKb: 70,
    dependencies: [...ofCore],
  },
  '@sitemessage/web': {
    tarballKb: 25,
    unpackedKb: 70,
    dependencies: [...ofCore, 'hono'],
  },
};
