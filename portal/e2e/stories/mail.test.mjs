// Answering a customer by mail while the customer goes on writing.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessibility, launch } from '../support/browser.mjs';
import { ask, complaints, person } from '../support/people.mjs';
import { deliver, mailbox, until, url } from '../support/platform.mjs';

let browser;
let anna;
let page;
const stamp = Date.now().toString(36);
const subject = `Broken fence ${stamp}`;
const first = `<fence.${stamp}@customer.example>`;

const mail = (text, fields) =>
  deliver(
    [
      'From: Clara Weiss <clara.weiss@customer.example>',
      'To: claims@harbor.example',
      ...fields,
      'Content-Type: text/plain; charset=utf-8',
      '',
      text,
      '',
    ].join('\r\n'),
    { from: 'clara.weiss@customer.example' },
  );

before(async () => {
  await mail('A lorry drove into my fence. Policy HB-204118.', [`Subject: ${subject}`, `Message-ID: ${first}`]);
  browser = await launch();
  anna = await person(browser, 'anna');
  page = anna.page;
  const item = await until('the case', async () =>
    (await ask('anna', 'GET', `/cases?search=${encodeURIComponent(stamp)}`)).items.find(
      (each) => each.title === subject,
    ),
  );
  await page.goto(`${url}/cases/${item.number}/mail`);
  await page.getByText('A lorry drove into my fence.').first().waitFor();
});
after(() => browser?.close());

const attach = (name, text) =>
  page.getByTestId('reply-files').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });

test('a mail that arrives leaves the answer that is being written alone', async () => {
  await page.getByTestId('reply-to').fill('adjuster@harbor.example');
  await page.getByTestId('reply-text').fill('Please visit on Thursday.');
  await attach('map.txt', 'third house on the left');
  await page.getByText('map.txt').waitFor();
  await mail('It was a green lorry.', [
    `Subject: Re: ${subject}`,
    `Message-ID: <2${first.slice(1)}`,
    `In-Reply-To: ${first}`,
  ]);
  await page.getByTestId('reply-newer').waitFor();
  await page.getByText('It was a green lorry.').first().waitFor();
  assert.deepEqual(await accessibility(page), []);
  const kept = async () => {
    assert.equal(await page.getByTestId('reply-to').inputValue(), 'adjuster@harbor.example');
    assert.equal(await page.getByTestId('reply-text').inputValue(), 'Please visit on Thursday.');
    await page.getByText('map.txt').waitFor();
  };
  await kept();
  await page.getByTestId('tab-overview').click();
  await page.getByTestId('timeline-item').first().waitFor();
  await page.getByTestId('tab-mail').click();
  await kept();
});

test('the answer goes out with its attachment, and its delivery is shown', async () => {
  await page.getByTestId('reply-to').fill('clara.weiss@customer.example');
  await page.getByTestId('reply-text').fill(`Thank you, that is all we need. ${stamp}`);
  await page.getByTestId('reply-send').click();
  // A mail came while this one was being written: that is told first.
  await page.getByTestId('reply-news').waitFor();
  await page.getByTestId('reply-anyway').click();
  await page
    .getByTestId('mail-message')
    .filter({ hasText: 'that is all we need' })
    .locator('[data-state="sent"]')
    // It may be taken back for ten seconds, and leaves then.
    .waitFor({ timeout: 45_000 });
  const sent = await until('the mail at the customer', async () =>
    (await mailbox('clara.weiss@customer.example')).find((message) => message.text.includes(stamp)),
  );
  assert.match(sent.text, /filename="?map\.txt/);
  assert.equal(await page.getByTestId('reply-text').inputValue(), '');
});

test('C-10: hostile HTML of a mail is inert: nothing runs, nothing is asked for, nothing lies over the page', async () => {
  const hostile = `Hostile shed ${stamp}`;
  await deliver(
    [
      'From: Clara Weiss <clara.weiss@customer.example>',
      'To: claims@harbor.example',
      `Subject: ${hostile}`,
      `Message-ID: <hostile.${stamp}@customer.example>`,
      'Content-Type: text/html; charset=utf-8',
      '',
      '<p>The shed leans. Policy HB-204118.</p>',
      '<script>parent.document.title = "taken"; alert(1)</script>',
      '<img src="https://tracker.example/pixel.png" onerror="alert(2)">',
      '<form action="https://tracker.example/login"><input name="password"><button>Sign in again</button></form>',
      '<div style="position: fixed; inset: 0; background: url(https://tracker.example/bg.png)">Over everything</div>',
      '<iframe src="https://tracker.example/"></iframe><a href="javascript:alert(3)">Look</a>',
      '',
    ].join('\r\n'),
    { from: 'clara.weiss@customer.example' },
  );
  const item = await until('the case', async () =>
    (await ask('anna', 'GET', `/cases?search=${encodeURIComponent(stamp)}`)).items.find(
      ({ title }) => title === hostile,
    ),
  );
  const asked = [];
  const dialogs = [];
  page.on('request', (request) => {
    if (request.url().includes('tracker.example')) asked.push(request.url());
  });
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await page.goto(`${url}/cases/${item.number}/mail`);
  const frame = page.frameLocator('iframe').first();
  await frame.getByText('The shed leans').waitFor();
  await page.waitForLoadState('networkidle');
  assert.equal(await frame.locator('script, form, input, iframe, object').count(), 0);
  assert.equal(await frame.locator('[onerror], a[href^="javascript:"]').count(), 0);
  const fixed = await frame
    .locator('body *')
    .evaluateAll((all) => all.filter((node) => ['fixed', 'absolute'].includes(getComputedStyle(node).position)).length);
  assert.equal(fixed, 0);
  assert.notEqual(await page.title(), 'taken');
  assert.deepEqual([asked, dialogs], [[], []]);
});

test('no page logged an error', () => {
  assert.deepEqual(complaints(anna), []);
});
