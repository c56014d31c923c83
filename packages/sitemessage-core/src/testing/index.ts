export type { TestRunner } from './contract.ts';
export type { Emulator, Fault, Received } from './emulator.ts';
export type { FakeRuntime } from './fake-runtime.ts';
export { fakeRuntime } from './fake-runtime.ts';
export { findSecret } from './messenger/find-secret.ts';
export type { MessengerUnderTest } from './messenger/fixture.ts';
export { messengerContract } from './messenger-contract.ts';
export { storageContract } from './storage-contract.ts';
