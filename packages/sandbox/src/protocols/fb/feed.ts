import { parseJson } from '../../http/body.ts';
import { checkNames, type Parameters, readFlag, readInteger } from './parameters.ts';
import { badParameter } from './refusal.ts';

/** Those that a text post has, of the hundred that there are: https://developers.facebook.com/docs/graph-api/reference/page/feed#publish. */
const known: readonly string[] = ['message', 'link', 'published', 'scheduled_publish_time', 'attached_media', 'targeting'];
/** Code points. In none of Meta's own pages; those who post there agree on it. */
const longest = 63_206;

/** What was asked to be posted, checked. */
export interface Post {
  readonly message: string;
  readonly link: string;
  readonly isPublished: boolean;
}

/** Throws a Refusal for whatever Facebook would refuse. */
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
