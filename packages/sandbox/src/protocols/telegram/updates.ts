import { checkNames, type Parameters, readInteger, readObject } from './parameters.ts';
import { badRequest, Refusal } from './refusal.ts';

/** An update for the bot: https://core.telegram.org/bots/api#update. */
interface Update {
  readonly update_id: number;
  readonly [kind: string]: unknown;
}

/** The updates that the bot has not acknowledged yet. */
export interface Updates {
  add(update: Readonly<Record<string, unknown>>): void;
  /** Sets the webhook. While it is not empty, `getUpdates` is refused. */
  setWebhook(url: string): void;
  /** @throws Refusal while there is a webhook, and for wrong parameters. */
  get(parameters: Parameters): readonly Update[];
}

const firstId = 100_000;
const largestPage = 100;

export function createUpdates(): Updates {
  let waiting: Update[] = [];
  let nextId = firstId;
  let webhook = '';
  return {
    add(update) {
      waiting.push({ update_id: nextId, ...update });
      nextId += 1;
    },
    setWebhook(url) {
      webhook = url;
    },
    get(parameters) {
      checkNames(parameters, ['offset', 'limit', 'timeout', 'allowed_updates']);
      if (webhook !== '') {
        throw new Refusal(
          409,
          "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
        );
      }
      const offset = readInteger(parameters, 'offset') ?? 0;
      const limit = Math.min(largestPage, readInteger(parameters, 'limit') ?? largestPage);
      const allowed = readObject(parameters, 'allowed_updates');
      if (allowed !== undefined && !Array.isArray(allowed)) throw badRequest("can't parse allowed updates");
      // A positive offset acknowledges all updates before it. A negative one forgets all but the last.
      if (offset > 0) waiting = waiting.filter(({ update_id }) => update_id >= offset);
      else if (offset < 0) waiting = waiting.slice(offset);
      const wanted = waiting.filter((update) => !allowed?.length || allowed.some((kind: string) => kind in update));
      return wanted.slice(0, limit);
    },
  };
}
