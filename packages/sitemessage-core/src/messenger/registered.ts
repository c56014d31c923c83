/**
 * The messengers that are installed, by alias. Each package adds itself by declaration merging when it is imported:
 *
 * ```ts
 * declare module '@sitemessage/core' {
 *   interface RegisteredMessengers {
 *     telegram: { address: number | `@${string}`; options: TelegramOptions };
 *   }
 * }
 * ```
 *
 * `address` is what `recipients('telegram', ...)` takes, `options` what `createSitemessage({ messengers: { telegram: ... } })` takes.
 * `import type` brings the types alone and registers nothing.
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is filled by the messenger packages
export interface RegisteredMessengers {}

export type RegisteredAlias = keyof RegisteredMessengers & string;

export type AddressOf<Alias extends RegisteredAlias> = RegisteredMessengers[Alias] extends { address: infer Address } ? Address : never;

export type OptionsOf<Alias extends RegisteredAlias> = RegisteredMessengers[Alias] extends { options: infer Options } ? Options : never;

/**
 * An address that a messenger has checked at run time, for a messenger whose addresses are of a narrower type than any string. Where a
 * plain string is given, the compiler shows `Call`, which says how to make one:
 *
 * ```ts
 * type MyAddress = MyAddresses['any']; // The compiler shows the parts of a type that is looked up, and only the name of any other.
 * interface MyAddresses {
 *   any: `@${string}` | MadeBy<'myMessenger.address(text)'>;
 * }
 * ```
 */
export type MadeBy<Call extends string> = string & { readonly [madeBy]: Call };
declare const madeBy: unique symbol;
