import { afterEach, expect, it } from 'vitest';
import { switchLocale } from '../../i18n';
import { plannedAxes, plannedSeries } from './flow-plan';

afterEach(() => switchLocale('en'));

it('each line and each bar is read by an axis that says what it counts, and says itself by which one', async () => {
  for (const language of ['en', 'de', 'pt-BR'] as const) {
    await switchLocale(language);
    const axes = plannedAxes();
    expect(new Set(axes.map(({ label }) => label)).size).toBe(axes.length);
    for (const { scale, label } of plannedSeries()) {
      const own = axes.find((axis) => axis.scale === scale);
      expect(own?.label.length, label).toBeGreaterThan(0);
    }
  }
});
it('where there are two scales, lines across belong to one, and the legend tells left from right', () => {
  expect(plannedAxes().filter(({ hasGrid }) => hasGrid)).toHaveLength(1);
  expect(plannedSeries().map(({ label }) => label)).toEqual([
    'Came (left scale)',
    'Went (left scale)',
    'Left open (right scale)',
  ]);
});
