import { parseJson } from '../../http/parameters.ts';
import { checkNames, type Parameters, readFlag, readInteger } from './parameters.ts';
import { badParameter } from './refusal.ts';

/**
 * The parameters of a text post, of about a hundred:
 * https://developers.facebook.com/docs/graph-api/reference/page/feed#publish.
 */
const known: readonly string[] = ['message', 'link', 'published', 'scheduled_publish_time', 'attached_media', 'targeting'];
/** The most code points of a message. No page of Meta states it; it is known from use. */
const longest = 63_206;

/** A checked post. */
export interface Post {
  readonly message: string;
  readonly link: string;
  readonly isPublished: boolean;
}

/** @throws Refusal for a post that Facebook would refuse. */
export function readPost(parameters: Parameters): Post {
  checkNames(parameters, known);
  const { message = '', link = '', attached_media: media } = parameters;
  const isPublished = readFlag(parameters, 'published') ?? true;
  const at = readInteger(parameters, 'scheduled_publish_time');
  if (at !== undefined && isPublished) throw badParameter('You cannot specify a scheduled publish time on a published post');
  for (const name of ['attached_media', 'targeting']) {
    if (parameters[name] !== undefined && typeof parseJson(parameters[name]) !== 'object') throw badParameter(`Param ${name} must be JSON`);
  }
  if (message.trim() === '' && link === '' && media === undefined) throw badParameter('The post is empty: it needs a message or a link');
  if ([...message].length > longest) throw badParameter(`Param message is too long: ${longest} characters at most`);
  if (link !== '' && !(/^https?:\/\/\S+$/i.test(link) && URL.canParse(link))) {
    throw badParameter('The url you supplied is invalid', { error_subcode: 1500, error_user_title: 'Invalid URL' });
  }
  return { message, link, isPublished };
}
