/**
 * Makes the HTML of a stranger harmless a second time: the server sanitised it, this removes scripts, forms and remote loads again,
 * and the frame it is shown in has no scripts either. Must never be shown outside of that frame.
 */
import DOMPurify from 'dompurify';
import type { Mail, MailAttachment } from '../../api/schema';
import { t } from '../../i18n';

const FORBIDDEN_TAGS = [
  'script',
  'style',
  'form',
  'input',
  'button',
  'textarea',
  'select',
  'iframe',
  'object',
  'embed',
  'link',
  'meta',
  'base',
  'video',
  'audio',
  'svg',
  'math',
];

export interface Harmless {
  html: string;
  blockedImages: number;
}

/** The server points inline pictures to signed addresses of its file store, which change with every answer; the name of the part does not. */
export function pictureNames(html: string, attachments: Pick<MailAttachment, 'fileId' | 'contentId'>[]): string {
  return html.replaceAll(/(<img\b[^>]*?\bsrc=")([^"]*)"/gi, (tag, before: string, source: string) => {
    const part = attachments.find(
      (each) => (each.contentId !== null && source === `cid:${each.contentId}`) || source.includes(`/${each.fileId}`),
    );
    return part === undefined ? tag : `${before}cid:${part.fileId}"`;
  });
}

/** `images` names what `cid:` parts were loaded as (object URLs); remote images stay out unless asked for. */
export function harmless(html: string, options: { remoteImages: boolean; images: Map<string, string> }): Harmless {
  let blockedImages = 0;
  const purify = DOMPurify(window);
  purify.addHook('afterSanitizeAttributes', (node) => {
    if (node.tagName === 'A') {
      node.setAttribute('target', '_blank');
      node.setAttribute('rel', 'noopener noreferrer nofollow');
    }
    if (node.tagName !== 'IMG') return;
    const source = node.getAttribute('src') ?? '';
    node.removeAttribute('srcset');
    const inline = source.startsWith('cid:') ? options.images.get(source.slice(4)) : undefined;
    if (inline !== undefined) node.setAttribute('src', inline);
    else if (source.startsWith('data:image/')) return;
    else if (!options.remoteImages || !source.startsWith('https:')) {
      node.removeAttribute('src');
      if (!source.startsWith('cid:')) blockedImages += 1;
    }
  });
  const clean = purify.sanitize(html, {
    FORBID_TAGS: FORBIDDEN_TAGS,
    FORBID_ATTR: ['style', 'srcset', 'ping', 'action', 'formaction', 'background'],
    ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|tel:|cid:|data:image\/)/i,
    ALLOW_DATA_ATTR: false,
  });
  purify.removeAllHooks();
  return { html: clean, blockedImages };
}

/**
 * The page inside the frame: its own policy allows no script and no connection, whatever the surrounding page allows. That holds as well (HTML,
 * "determine navigation params policy container"), so its style has the nonce of both.
 */
export function frameDocument(body: string, remoteImages: boolean, nonce: string): string {
  const images = remoteImages ? 'data: blob: https:' : 'data: blob:';
  return `<!doctype html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src ${images}; style-src 'nonce-${nonce}'"><base target="_blank"><style nonce="${nonce}">body{margin:12px;font:14px/1.5 system-ui,sans-serif;color:#1c2631;background:#fff;overflow-wrap:anywhere}img{max-width:100%;height:auto}table{max-width:100%}blockquote{margin:8px 0;padding-left:12px;border-left:3px solid #d5dce3;color:#566372}</style></head><body>${body}</body></html>`;
}

/** Who wrote it, as shortly as it can be said; the sender of a broken mail can be missing. */
export function senderName(mail: Pick<Mail, 'from'>): string {
  return mail.from?.name || mail.from?.address || t('Unknown sender');
}

/** Splits the quoted tail of a plain-text mail off, so that a thread reads like one. */
export function splitQuote(text: string): { fresh: string; quoted: string } {
  const lines = text.split('\n');
  let cut = lines.length;
  while (cut > 0 && (/^\s*>/.test(lines[cut - 1] ?? '') || (lines[cut - 1] ?? '').trim() === '')) cut -= 1;
  const tail = lines.slice(cut).join('\n');
  if (!tail.includes('>')) return { fresh: text.trimEnd(), quoted: '' };
  if (cut > 0 && /(wrote|schrieb|escreveu)\b.*:\s*$/.test(lines[cut - 1] ?? '')) cut -= 1;
  return { fresh: lines.slice(0, cut).join('\n').trimEnd(), quoted: lines.slice(cut).join('\n').trim() };
}

export function replySubject(subject: string): string {
  return /^\s*(re|aw)\s*:/i.test(subject) ? subject : `Re: ${subject}`;
}

export function forwardSubject(subject: string): string {
  return /^\s*(fwd?|wg|enc)\s*:/i.test(subject) ? subject : `Fwd: ${subject}`;
}

function looksRight(address: string): boolean {
  return /^[^\s@]+@([^\s@]+\.[^\s@]+|localhost)$/.test(address);
}

/** Addresses as people type them: separated by comma, semicolon or line. */
export function addresses(text: string): { valid: string[]; invalid: string[] } {
  const all = text
    .split(/[,;\n]+/)
    .map((part) => (/<([^>]+)>/.exec(part)?.[1] ?? part).trim())
    .filter(Boolean);
  return { valid: all.filter(looksRight), invalid: all.filter((address) => !looksRight(address)) };
}
