import { PermanentError } from '../errors.ts';
import { hintFor, kindOf } from '../foreign.ts';
import type { Content } from '../messenger/messenger.ts';
import { isHtml } from './html.ts';
import { strictLinks } from './links.ts';
import { type AnyMessageType, type Links, type RenderDetails, type Rendered, renderFor } from './message-type.ts';

/** Waits for an asynchronous `render`. Throws when its time is over. */
export type TimeBox = <T>(work: PromiseLike<T>) => Promise<T>;

/** The details to render for, before the check of the links: any link may be missing. */
export type RenderSubject = Omit<RenderDetails, 'links'> & { readonly links: Links };

/**
 * Renders the content of one message for one recipient.
 *
 * @throws PermanentError `render_missing`, `render_failed` or `render_empty`. A template that fails today
 * fails tomorrow, and a half-rendered message must not be sent. Errors of `timeBox` pass through.
 */
export async function renderContent(
  type: AnyMessageType,
  messenger: { readonly alias: string; readonly protocol: string },
  context: unknown,
  subject: RenderSubject,
  timeBox: TimeBox,
): Promise<Content> {
  const render = renderFor(type, messenger);
  if (!render) {
    throw new PermanentError(`Message type "${type.alias}" has no \`render\` for "${messenger.alias}".`, { code: 'render_missing' });
  }
  const offered = subject.message.isForSubscribers ? subject.links.unsubscribe : undefined;
  const details: RenderDetails = { ...subject, links: strictLinks(subject.links) };
  const { text, html, unsubscribeUrl = offered, ...rest } = await attempt(type, () => render(context, details), timeBox);
  const markup = isHtml(html) ? html.markup : html;
  for (const [name, value] of Object.entries({ text, html: markup })) checkRendered(type, name, value);
  const hasAttachment = Array.isArray(rest.attachments) && rest.attachments.length > 0;
  if (!isText(text) && !isText(markup) && !hasAttachment) {
    throw new PermanentError(
      `\`render\` of message type "${type.alias}" returned no text, no HTML and no attachment for "${messenger.alias}".`,
      {
        code: 'render_empty',
      },
    );
  }
  return {
    ...rest,
    text: isText(text) ? text : '',
    ...(isText(markup) && { html: markup }),
    ...(unsubscribeUrl !== undefined && { unsubscribeUrl }),
  };
}

async function attempt(type: AnyMessageType, render: () => Rendered | Promise<Rendered>, timeBox: TimeBox): Promise<Partial<Rendered>> {
  const failed = (error: unknown): never => {
    throw new PermanentError(`\`render\` of message type "${type.alias}" failed: ${describeThrown(error)}`, {
      code: 'render_failed',
      cause: error,
    });
  };
  // Most templates are synchronous. They need no timer.
  const isLater = (rendered: Rendered | Promise<Rendered>): rendered is Promise<Rendered> => 'then' in Object(rendered);
  try {
    const rendered = render();
    // A getter may throw, so the fields are copied here, as a part of rendering.
    if (!isLater(rendered)) return { ...rendered };
    const copied = Promise.resolve(rendered).then((later) => ({ ...later }));
    return timeBox(copied.catch(failed));
  } catch (error) {
    return failed(error);
  }
}

/**
 * @throws PermanentError `render_failed` for a value that is no string, such as a Buffer. It would be lost
 * silently.
 */
function checkRendered(type: AnyMessageType, name: string, value: unknown): void {
  if (value === undefined || value === null || typeof value === 'string') return;
  throw new PermanentError(
    `\`${name}\` from \`render\` of message type "${type.alias}" must be a string, not ${kindOf(value)}.${hintFor(value)}`,
    { code: 'render_failed' },
  );
}

/** Returns the error's message, the first stack frame of the application, and the messages of the causes. */
function describeThrown(thrown: unknown, depth = 0): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const place = /^\s+at (?!node:|.*[(/]node:|.*[\\/]node_modules[\\/])(.*)$/m.exec(thrown.stack?.slice(0, longestStack) ?? '')?.[1];
  const cause = thrown.cause === undefined || depth === mostCauses ? '' : `; caused by: ${describeThrown(thrown.cause, depth + 1)}`;
  return `${thrown.message}${place === undefined ? '' : ` (at ${place.slice(0, longestPlace)})`}${cause}`;
}

const mostCauses = 3;
const longestPlace = 300;
const longestStack = 10_000;

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
