/** What the blocks of READMEs take for granted: the name -> its declaration. Those that a block declares or imports itself are left out. */
export const preamble: Readonly<Record<string, string>> = {
  site: `declare const site: import('@sitemessage/core').Sitemessage<
    { smtp: string; telegram: number | string; xmpp: string; fb: string; vk: string; twitter: string; mail: string }, { email: string }, any, any>;`,
  user: 'declare const user: { email: string };',
  storage: "declare const storage: import('@sitemessage/core/storage').Storage;",
  messengers: "declare const messengers: readonly import('@sitemessage/core').AnyMessenger[];",
  news: "declare const news: import('@sitemessage/core').MessageType<{ id: number }>;",
  orderPlaced: "declare const orderPlaced: import('@sitemessage/core').MessageType<{ id: number }>;",
  app: `declare const app: { post(path: string, handler: (
    request: { body: { messageId: string; event: string } }, response: { sendStatus(status: number): void }) => Promise<void>): void };`,
  db: "declare const db: import('node:sqlite').DatabaseSync;",
  client: "declare const client: import('pg').Client;",
  secret: 'declare const secret: string;',
  sandbox: "declare const sandbox: import('@sitemessage/sandbox').Sandbox<readonly ['smtp', 'telegram', 'xmpp', 'vk', 'fb', 'twitter']>;",
  startPigeon: "declare const startPigeon: import('@sitemessage/sandbox').Protocol<'pigeon'>['start'];",
  sqliteStorage: "import { sqliteStorage } from '@sitemessage/storage-sqlite';",
  smtp: "import { smtp } from '@sitemessage/messenger-smtp';",
  startSandbox: "import { startSandbox } from '@sitemessage/sandbox';",
};

/** Packages of nobody, which a block imports to show what one would do. */
export const madeUp = `declare module 'accounts-for-everybody' {
  export const welcome: import('@sitemessage/core').MessageType<{ name: string }>;
}`;
