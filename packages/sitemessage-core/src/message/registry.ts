import { ConfigurationError } from '../errors.ts';
import { hintFor, kindOf, readField } from '../foreign.ts';
import { invalidOption } from '../validate.ts';
import { emailHtml, emailPlain, plain } from './built-in.ts';
import type { AnyMessageType } from './message-type.ts';
import { doesOverride } from './override.ts';

/** The message types of one site, by alias. It always contains the built-in types. */
export interface MessageTypes {
  /**
   * Adds message types. An override replaces the type that it overrides, in any order.
   *
   * @throws ArgumentError for a value that is no message type.
   * @throws ConfigurationError `message_type_taken` when two types have the same alias.
   */
  register(types: readonly AnyMessageType[]): void;
  find(alias: string): AnyMessageType | undefined;
  aliases(): readonly string[];
}

export function createMessageTypes(): MessageTypes {
  const types = new Map<string, AnyMessageType>();

  const register = (added: readonly AnyMessageType[]): void => {
    if (!Array.isArray(added)) {
      throw invalidOption('messageTypes', `must be a list of message types, not ${kindOf(added)}.${hintFor(added)}`);
    }
    for (const [index, type] of added.entries()) {
      if (typeof readField(type, 'alias') !== 'string' || typeof readField(type, 'render') !== 'object') {
        const hint = hintFor(type) || ' Make it with defineMessageType({ ... }).';
        throw invalidOption(`messageTypes[${index}]`, `is ${kindOf(type)}, not a message type.${hint}`);
      }
      const holder = types.get(type.alias);
      if (holder && doesOverride(holder, type)) continue;
      if (holder && holder !== type && !doesOverride(type, holder)) {
        throw new ConfigurationError(
          `Two message types have the alias "${type.alias}" ("${holder.title}" and "${type.title}"). Rename one, or make one from the other with overrideMessageType().`,
          {
            code: 'message_type_taken',
          },
        );
      }
      types.set(type.alias, type);
    }
  };

  register([plain, emailPlain, emailHtml]);
  return { register, find: (alias) => types.get(alias), aliases: () => [...types.keys()] };
}
