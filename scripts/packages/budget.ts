/** The most that a package may cost its users. Raise a number or add a name only with a reason. */
export interface Budget {
  readonly tarballKb: number;
  readonly unpackedKb: number;
  /** The names of all packages that npm installs with it, except core. */
  readonly dependencies: readonly string[];
}

/**
 * The longest time to import core's main entry, in milliseconds, without the start of a process. It grows on
 * a machine where an empty process takes longer than `referenceFloorMs`.
 */
export const coreImportMs = 30;

/** The time of an empty process on the machine where that budget was set, in milliseconds. */
export const referenceFloorMs = 28;

/**
 * The greatest size of core's whole main entry with all its imports, bundled and minified. It was 87 kB until
 * storages and links got their own entries.
 */
export const coreMinifiedKb = 86;

/**
 * The greatest size of an application that imports `createSitemessage` and `defineMessageType`. A third of it
 * is sending, and a sixth is the text of errors.
 */
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
