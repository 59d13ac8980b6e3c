/** What is printed is dark on white whatever the screen shows, and says on its first line what it is and from when. */
import { t } from '../i18n';
import { dateTime } from '../lib/format';

const SCHEME = 'data-mantine-color-scheme';

/** Prepares every print of the browser; gives back how to stop it. */
export function preparePages(): () => void {
  let before: string | null = null;
  const begin = () => {
    before = document.documentElement.getAttribute(SCHEME);
    document.documentElement.setAttribute(SCHEME, 'light');
    const head = t('{title}, printed {at}', { title: document.title, at: dateTime(new Date().toISOString()) });
    for (const line of document.querySelectorAll('[data-print-head]')) line.textContent = head;
  };
  const end = () => {
    if (before !== null) document.documentElement.setAttribute(SCHEME, before);
    before = null;
  };
  window.addEventListener('beforeprint', begin);
  window.addEventListener('afterprint', end);
  return () => {
    window.removeEventListener('beforeprint', begin);
    window.removeEventListener('afterprint', end);
  };
}
