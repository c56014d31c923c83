export type { Emulator, Fault, Received } from './emulator.ts';
