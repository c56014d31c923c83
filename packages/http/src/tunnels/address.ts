/** As a socket takes it: an IPv6 address without its brackets. */
export const hostname = (proxy: URL): string => proxy.hostname.replace(/^\[|\]$/g, '');

/** Decoded; empty where there is none. */
export const login = ({ username, password }: URL): { readonly user: string; readonly password: string } => ({
  user: decodeURIComponent(username),
  password: decodeURIComponent(password),
});
