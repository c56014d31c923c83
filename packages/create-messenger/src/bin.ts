#!/usr/bin/env node
import { main } from './main.ts';

// Whoever reads is gone, or their disk is full: what was done is done, and the exit code says so.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

process.exitCode = await main(process.argv.slice(2));
