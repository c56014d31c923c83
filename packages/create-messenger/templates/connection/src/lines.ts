import type { Socket } from 'node:net';

/** Characters. More than any line of the protocol has: whoever sends more without an end would fill the memory. */
const longestLine = 65_536;

/** Tells each line that comes in. A line that does not end breaks the connection. */
export function onLines(socket: Socket, listener: (line: string) => void): void {
  let begun = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = `${begun}${chunk}`.split('\n');
    begun = lines.pop() ?? '';
    for (const line of lines) listener(line);
    if (begun.length > longestLine) socket.destroy();
  });
}
