/**
 * The messengers that are installed, by alias. Each package adds itself by declaration merging when it is
 * imported:
 *
 * ```ts
 * declare module '@sitemessage/core' {
 *   interface RegisteredMessengers {
 *     telegram: { address: number | `@${string}`; options: TelegramOptions };
 *   }
 * }
 * ```
 *
 * `address` types the addresses of `recipients('telegram', ...)`. `options` types `createSitemessage({
 * messengers: { telegram: ... } })`. `import type` brings the types only, and registers nothing.
 */
// biome-ignore lint/suspicious/noEmptyInterface: messenger packages add its members
export interface RegisteredMessengers {}

/** The alias of a messenger package that is imported. */
export type RegisteredAlias = keyof RegisteredMessengers & string;

/** The addresses that a registered messenger accepts. */
export type AddressOf<Alias extends RegisteredAlias> = RegisteredMessengers[Alias] extends { address: infer Address } ? Address : never;

/** The options of a registered messenger. */
export type OptionsOf<Alias extends RegisteredAlias> = RegisteredMessengers[Alias] extends { options: infer Options } ? Options : never;

/**
 * A string that a function of the messenger has checked. For a messenger whose address type is narrower than
 * `string`. The compiler's error for a plain string shows `Call`, which is the code that checks it:
 *
 * ```ts
 * type MyAddress = MyAddresses['any']; // Looked up, so that errors show its members instead of its name.
 * interface MyAddresses {
 *   any: `@${string}` | MadeBy<'myMessenger.address(text)'>;
 * }
 * ```
 */
export type MadeBy<Call extends string> = string & { readonly [madeBy]: Call };
declare const madeBy: unique symbol;
