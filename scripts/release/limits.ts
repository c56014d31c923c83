/** How long may take what fetches from a registry, in milliseconds: a cold cache on a slow line takes minutes. */
export const installMs = 300_000;
/** How long may take what compiles or publishes all packages. */
export const everythingMs = 600_000;
/** How long may take the tests of one package. */
export const testMs = 180_000;
