// Where the platform under test is, and the ways into it that are no browser: SMTP, REST, the mailbox its mail goes to.
import { readFile } from 'node:fs/promises';
import nodemailer from 'nodemailer';

const need = (name) =>
  process.env[name] ??
  (() => {
    throw new Error(`${name} is not set; run: cargo xtask test e2e`);
  })();

export const url = need('CASEWRIGHT_URL');
export const binary = need('CASEWRIGHT_BINARY');
export const greenmail = need('GREENMAIL_API');
export const screenshots = need('CASEWRIGHT_SCREENSHOTS');
const [smtpHost, smtpPort] = need('CASEWRIGHT_SMTP').split(':');

export const examples = new URL('../../../examples/claims/', import.meta.url);

/** Polls until `probe` gives something other than undefined, null or false. */
export async function until(what, probe, limit = 30_000) {
  const end = Date.now() + limit;
  let last;
  while (Date.now() < end) {
    try {
      const value = await probe();
      if (value !== undefined && value !== null && value !== false) return value;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
  throw new Error(`${what}: not within ${limit} ms${last ? ` (${last.message})` : ''}`);
}

const transport = nodemailer.createTransport({
  host: smtpHost,
  port: Number(smtpPort),
  secure: false,
  ignoreTLS: true,
});

/** Hands a message to the platform's own receiver, byte for byte. */
export async function deliver(raw, { from = 'customer@customer.example', to = 'claims@harbor.example' } = {}) {
  return transport.sendMail({ envelope: { from, to }, raw });
}

export async function deliverExample(name) {
  return deliver(await readFile(new URL(`mails/${name}.eml`, examples)));
}

/** What the platform's relay delivered to somebody, newest last: `{headers, text}`. */
export async function mailbox(address) {
  const answer = await fetch(`${greenmail}/api/user/${encodeURIComponent(address)}/messages/INBOX`);
  if (!answer.ok) return [];
  const messages = await answer.json();
  return messages.map((message) => parse(message.mimeMessage));
}

function parse(mime) {
  const [head, ...body] = mime.split(/\r?\n\r?\n/);
  const headers = {};
  for (const line of head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return { headers, text: body.join('\n\n') };
}

export function basic(user, password) {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

/** A call of the Camunda 7 REST API. */
export async function engine(method, path, { body, authorization = basic('dana', 'dana-demo-1') } = {}) {
  const headers = { authorization };
  if (body && !(body instanceof FormData)) headers['content-type'] = 'application/json';
  const payload = body && !(body instanceof FormData) ? JSON.stringify(body) : body;
  const answer = await fetch(`${url}/engine-rest${path}`, { method, headers, body: payload });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 500)}`);
  return text ? JSON.parse(text) : null;
}

export async function example(name) {
  return readFile(new URL(name, examples), 'utf8');
}
