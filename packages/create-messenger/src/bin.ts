#!/usr/bin/env node
import { main } from './main.ts';

// The reader of the output can be gone, or its disk full. The exit code still says if the files were written.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

process.exitCode = await main(process.argv.slice(2));
