/** Helpers that the tests of several packages share. */
export { type Certificate, certificate, trust } from './certificates.ts';
export { documentsOf } from './documents.ts';
export { freePort as closedPort } from './ports.ts';
export { type RawServer, startRaw } from './raw-server.ts';
export { startRecordingServer } from './recording-server.ts';
export { sandboxed } from './sandboxed.ts';
export { delivery, never, rejection, sendTo, traces, whileTimePasses, withSession } from './sending.ts';
