/** What the tests of several packages try their messengers with. */
export { type Certificate, certificate } from './certificate.ts';
export { documentsOf } from './documents.ts';
export { closedPort, type RawServer, startRaw } from './raw-server.ts';
export { rejection } from './rejection.ts';
export { sandboxed } from './sandboxed.ts';
export { delivery, never, sendTo, withSession } from './sending.ts';
export { startTap } from './tap.ts';
export { whileTimePasses } from './time.ts';
export { traces } from './traces.ts';
export { trust } from './trust.ts';
