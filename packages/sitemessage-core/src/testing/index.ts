export type { Emulator, Fault, Received } from './emulator.ts';
export type { FakeRuntime } from './fake-runtime.ts';
export { fakeRuntime } from './fake-runtime.ts';
export { leak } from './messenger/leak.ts';
export type { MessengerUnderTest } from './messenger/trial.ts';
export { messengerContract } from './messenger-contract.ts';
export type { TestRunner } from './runner.ts';
export { storageContract } from './storage-contract.ts';
