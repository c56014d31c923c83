import { PermanentError } from '../errors.ts';
import type { Content } from '../messenger/messenger.ts';
import { isHtml } from './html.ts';
import { type AnyMessageType, type RenderDetails, renderFor } from './message-type.ts';

/**
 * The content of one message for one recipient.
 *
 * @throws PermanentError whatever goes wrong: a template that fails today fails tomorrow, and nothing half-rendered is sent.
 */
export async function renderContent(
  type: AnyMessageType,
  messenger: { readonly alias: string; readonly protocol: string },
  context: unknown,
  details: RenderDetails,
): Promise<Content> {
  const render = renderFor(type, messenger);
  if (!render) {
    throw new PermanentError(`Message type "${type.alias}" has no \`render\` for "${messenger.alias}".`, { code: 'render_missing' });
  }
  const rendered = await attempt(type, async () => render(context, details));
  const { text, html, ...rest } = rendered ?? {};
  const markup = isHtml(html) ? html.markup : html;
  if (!isText(text) && !isText(markup)) {
    throw new PermanentError(`\`render\` of message type "${type.alias}" gave neither a text nor HTML for "${messenger.alias}".`, {
      code: 'render_empty',
    });
  }
  const unsubscribeUrl = type.allowUserSubscription ? details.links.unsubscribe : undefined;
  return {
    ...rest,
    text: isText(text) ? text : '',
    ...(isText(markup) && { html: markup }),
    ...(unsubscribeUrl !== undefined && { unsubscribeUrl }),
  };
}

async function attempt<T>(type: AnyMessageType, render: () => Promise<T>): Promise<T> {
  try {
    return await render();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PermanentError(`\`render\` of message type "${type.alias}" failed: ${reason}`, { code: 'render_failed', cause: error });
  }
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
