import { type RawServer, startRaw } from '@sitemessage/test-support';

/** A reply. After it the server may hang up, or reset the line. No reply at all is silence. */
export type Answer = string | { readonly reply?: string; readonly closes?: true; readonly resets?: true } | undefined;

/**
 * A server with pipelining that answers each line by what `answer` says. The usual reply stands for null. After a 354 it answers nothing but the dot.
 */
export function startScripted(answer: (line: string) => Answer | null = () => null): Promise<RawServer> {
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
    // A reset throws away what waits for an acknowledgement of what went before.
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
