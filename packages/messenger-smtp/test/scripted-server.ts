import { type RawServer, startRaw } from '@sitemessage/test-support';

/** A reply. After it, the server may hang up, or reset the connection. Undefined: the server is silent. */
export type Answer = string | { readonly reply?: string; readonly closes?: true; readonly resets?: true } | undefined;

/**
 * Starts a server with pipelining. `answer` returns the answer to a line. Null stands for the usual reply.
 * After a 354, the server answers only the dot.
 */
export function startScriptedServer(answer: (line: string) => Answer | null = () => null): Promise<RawServer> {
  return startRaw((socket) => {
    let heard = '';
    let takesData = false;
    let isOver = false;
    const say = (line: string): void => {
      if (takesData && line !== '.') return;
      const scripted = answer(line);
      const said = scripted === null ? usual(line) : scripted;
      const { reply, closes = false, resets = false } = typeof said === 'object' ? said : { reply: said };
      takesData = reply?.startsWith('354') ?? false;
      const hangUp = (): void => void (resets ? socket.resetAndDestroy() : closes && socket.end());
      if (reply === undefined) hangUp();
      else socket.write(`${reply}\r\n`, hangUp);
      isOver = closes || resets;
    };
    // Nagle's algorithm would hold back bytes, and a reset would drop them.
    socket.setNoDelay(true);
    socket.write('220 mail.example.com\r\n');
    socket.on('data', (chunk) => {
      const lines = (heard + chunk).split('\r\n');
      heard = lines.pop() ?? '';
      for (const line of lines) if (!isOver) say(line);
    });
  });
}

function usual(line: string): string {
  if (/^EHLO/.test(line)) return '250-mail.example.com\r\n250 PIPELINING';
  return line === 'DATA' ? '354 Go ahead' : '250 2.0.0 OK';
}
