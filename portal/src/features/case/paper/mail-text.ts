/** The words of a mail, also of one that has no plain text. Pure: nothing in it is run or fetched. */
import type { Mail } from '../../../api/schema';

export function mailText(mail: Pick<Mail, 'text' | 'html'>): string {
  if (mail.text.trim() !== '' || mail.html === null) return mail.text.trim();
  const { body } = new DOMParser().parseFromString(mail.html, 'text/html');
  for (const each of body.querySelectorAll('script, style')) each.remove();
  for (const each of body.querySelectorAll('br, p, div, li, tr')) each.append('\n');
  return (body.textContent ?? '')
    .replaceAll(/[ \t]+/g, ' ')
    .replaceAll(/\s*\n\s*/g, '\n')
    .trim();
}
