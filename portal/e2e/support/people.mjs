// The people of the demo: signed in with a browser, or asking the API themselves.
import { signIn } from './browser.mjs';
import { basic, url } from './platform.mjs';

const PASSWORDS = { anna: 'anna-demo-1', ben: 'ben-demo-1', dana: 'dana-demo-1', root: 'rita-demo-1' };

/** A page on which `user` is signed in. */
export async function person(browser, user, path = '/') {
  const one = await signIn(browser, user, PASSWORDS[user], path);
  one.page.setDefaultTimeout(20_000);
  return one;
}

/** A call of the platform's API as `user`; whatever is refused is an error. */
export async function ask(user, method, path, body) {
  const headers = { authorization: basic(user, PASSWORDS[user]) };
  if (body !== undefined) headers['content-type'] = 'application/json';
  const answer = await fetch(`${url}/api/v1${path}`, { method, headers, body: JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path} as ${user}: ${answer.status} ${text.slice(0, 500)}`);
  return text === '' ? null : JSON.parse(text);
}

/** A case that is there, by its number or id. */
export const caseNow = (ref) => ask('anna', 'GET', `/cases/${ref}`);

export function openCase(title, more = {}) {
  return ask('anna', 'POST', '/cases', { definition: 'story', title, ...more });
}

/** What the pages of these people complained about, without what the browser says of refusals that a story wants. */
export function complaints(...people) {
  return people.flatMap(({ seen }) => seen.errors).filter((text) => !/status of (403|404|409|412|422)/.test(text));
}
