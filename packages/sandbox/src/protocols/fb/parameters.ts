import type { HttpRequest } from '../../http/listener.ts';
import * as http from '../../http/parameters.ts';
import { badParameter, Refusal } from './refusal.ts';

/** Parameters as text, as a form has them. JSON values that are no text stay JSON. */
export type Parameters = Readonly<Record<string, string>>;

/** The parameters of every call: https://developers.facebook.com/docs/graph-api/overview. */
const common: readonly string[] = ['access_token', 'appsecret_proof', 'appsecret_time', 'format', 'locale', 'pretty'];

/**
 * The versions that work on 2026-12-01: https://developers.facebook.com/docs/graph-api/changelog/versions.
 */
const [oldestVersion, newestVersion] = [21, 26];

/**
 * Checks the version in a path: `v26.0`.
 *
 * @throws Refusal for a missing, an unknown or a withdrawn version. Facebook takes a missing one for an old
 * one.
 */
export function checkVersion(version: string): void {
  const [, major] = /^v(\d+)\.0$/.exec(version) ?? [];
  if (major === undefined || Number(major) > newestVersion) {
    throw new Refusal({ code: 2500, message: `Unknown path components: /${version}` });
  }
  if (Number(major) >= oldestVersion) return;
  const message = `(#2635) You are calling a deprecated version of the API. Please update to the latest version: v${newestVersion}.0.`;
  throw new Refusal({ code: 2635, message });
}

/**
 * Returns the parameters of the query and of the body: JSON, urlencoded or multipart.
 *
 * @throws Refusal for every other body. Facebook ignores those.
 */
export async function readParameters(request: HttpRequest): Promise<Parameters> {
  const query = Object.fromEntries(request.url.searchParams);
  const type = http.mediaTypeOf(request);
  if (type === undefined) return query;
  const given = type === 'application/json' ? jsonTextsOf(request) : await http.formTextsOf(request);
  if (!given) throw badParameter(`the content type "${type}" is not read`);
  return { ...query, ...given };
}

function jsonTextsOf(request: HttpRequest): Parameters {
  const json = http.jsonObjectOf(request);
  if (!json) throw badParameter('the body is no JSON object');
  return Object.fromEntries(Object.entries(json).map(([name, one]) => [name, typeof one === 'string' ? one : JSON.stringify(one)]));
}

/** @throws Refusal for a parameter that is not in `known` and not common to all calls. */
export const checkNames = (parameters: Parameters, known: readonly string[]): void =>
  http.checkNames(parameters, [...known, ...common], badParameter);

/** @throws Refusal for a value other than true, false, 1 and 0. */
export function readFlag(parameters: Parameters, name: string): boolean | undefined {
  const value = parameters[name];
  if (value === undefined) return undefined;
  if (!['true', 'false', '1', '0'].includes(value)) throw badParameter(`Param ${name} must be a boolean`);
  return value === 'true' || value === '1';
}

/** @throws Refusal for a value that is no integer from 0. */
export function readInteger(parameters: Parameters, name: string): number | undefined {
  const refusal = (): Error => badParameter(`Param ${name} must be an integer`);
  if (parameters[name]?.startsWith('-')) throw refusal();
  return http.readInteger(parameters, name, refusal);
}
