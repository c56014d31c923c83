import { isIPv6 } from 'node:net';

/**
 * Returns why Telegram refuses a link, in its words. Undefined when it accepts the link. Follows TDLib:
 * `check_link_impl` in `td/telegram/LinkManager.cpp` and `parse_url` in `tdutils/td/utils/HttpUrl.cpp`.
 * `example.com` needs no protocol, and a host needs a dot.
 */
export function linkProblem(link: string): string | undefined {
  const [, scheme] = /^(tg|ton|tonsite):(?:\/\/)?/i.exec(link) ?? [];
  if (scheme === undefined) return webProblem(readUrl(link));
  return appProblem(scheme.toLowerCase(), link.slice(scheme.length + 1).replace(/^\/\//, ''));
}

interface Url {
  readonly protocol: 'http' | 'https';
  readonly userinfo: string;
  readonly host: string;
  readonly hasPort: boolean;
}

function webProblem(url: Url | string): string | undefined {
  if (typeof url === 'string') return url;
  return url.host.includes('.') || url.host.startsWith('[') ? undefined : 'Wrong HTTP URL';
}

/** Checks a link into Telegram or TON. Its host has letters, digits, hyphens and underscores. */
function appProblem(scheme: string, rest: string): string | undefined {
  const url = readUrl(rest);
  if (typeof url === 'string') return url;
  const isWeb = /^https?:\/\//i.test(rest) || url.userinfo !== '' || url.hasPort || url.host.startsWith('[');
  if (isWeb) return scheme === 'tg' ? 'Wrong tg URL' : 'Wrong ton URL';
  const isHost = (scheme === 'tonsite' ? /^[\w.-]*$/ : /^[\w-]*$/).test(url.host);
  return isHost ? undefined : 'Unallowed characters in URL host';
}

/** Returns the parts of a URL, or the problem with it. */
function readUrl(text: string): Url | string {
  const [, protocol = '', rest = text] = /^([^:/?#@[\]]*):\/\/([\s\S]*)$/.exec(text) ?? [];
  const isProtocol = rest !== text;
  if (isProtocol && !/^https?$/i.test(protocol)) return 'Unsupported URL protocol';
  const [authority = ''] = rest.split(/[/?#]/, 1);
  const [, port] = /.:([^:\]@]*)$/.exec(authority) ?? [];
  if (port !== undefined && !(/^\d+$/.test(port) && Number(port) > 0 && Number(port) <= 65_535)) {
    return 'Wrong port number specified in the URL';
  }
  const userinfoAndHost = port === undefined ? authority : authority.slice(0, -port.length - 1);
  const at = userinfoAndHost.lastIndexOf('@');
  const userinfo = userinfoAndHost.slice(0, Math.max(0, at));
  const host = userinfoAndHost.slice(at + 1).toLowerCase();
  const isIpv6 = host.startsWith('[') && host.endsWith(']');
  if (isIpv6 && !isIPv6(host.slice(1, -1))) return 'Wrong IPv6 address specified in the URL';
  if (host === '') return 'URL host is empty';
  if (host === '.') return 'Host is invalid';
  const problem = isIpv6 ? undefined : (partProblem(host, 'host', false) ?? partProblem(userinfo, 'userinfo', true));
  return problem ?? { protocol: /^https$/i.test(protocol) ? 'https' : 'http', userinfo, host, hasPort: port !== undefined };
}

/**
 * Accepts letters, digits and signs of RFC 3986, percent-encoded characters, and everything that is not
 * ASCII.
 */
function partProblem(part: string, name: string, mayHaveColon: boolean): string | undefined {
  const rest = part.replaceAll(/%[0-9a-f]{2}/gi, '');
  if (rest.includes('%')) return `Wrong percent-encoded symbol in URL ${name}`;
  const others = rest.replaceAll(/[\w.!$,~*'();&+=-]|\P{ASCII}/gu, '');
  return others.replaceAll(mayHaveColon ? ':' : '', '') === '' ? undefined : `Disallowed character in URL ${name}`;
}
