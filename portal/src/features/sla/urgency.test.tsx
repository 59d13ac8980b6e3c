import { screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { switchLocale } from '../../i18n';
import { show } from '../../testing/render';
import { urgencyBand, urgencyWhy } from './urgency';
import { UrgencyTag } from './urgency-tag';

afterEach(() => switchLocale('en'));

it('a case of usual priority is as usual, urgent at risk, and very urgent when a promise is broken', () => {
  const usual = 250;
  expect([0, 100, 300, 450].map((promises) => urgencyBand(usual + promises).name())).toEqual([
    'Normal',
    'Normal',
    'High',
    'Very high',
  ]);
  expect(urgencyBand(0).name()).toBe('Low');
  expect(urgencyBand(1_000).name()).toBe('Very high');
});
it('the number is told with what it is, how far it goes and what it is made of', async () => {
  expect(urgencyWhy({ urgency: 850, priority: 80 })).toBe(
    'Urgency 850 of 1,000: 400 for its priority, 450 for how its promises stand',
  );
  await switchLocale('de');
  expect(urgencyWhy({ urgency: 350, priority: 50 })).toBe(
    'Dringlichkeit 350 von 1.000: 250 für die Priorität, 100 für den Stand der Zusagen',
  );
});
it('a word and a sign stand before the number, and a screen reader hears what it is', async () => {
  await show(<UrgencyTag item={{ urgency: 700, priority: 50 }} />);
  const tag = await screen.findByTestId('urgency');
  expect(tag.querySelector('svg')).not.toBe(null);
  expect(tag.querySelector('[aria-hidden="true"]:not(svg)')?.textContent).toBe('Very high · 700');
  expect(tag.querySelector('.cw-visually-hidden')?.textContent).toMatch(/^Very high\. Urgency 700 of 1,000: /);
});
