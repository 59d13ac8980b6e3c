/** What came, what went and what was left, day by day, drawn. The table beside it says the same in words and numbers. */
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { DayCount } from '../../api/schema';
import { formats, t } from '../../i18n';
import { fieldValue } from '../../lib/format';

const HEIGHT = 240;
/** Also where little happens there is room above it. */
const fromZero = (_: uPlot, __: number, most: number): uPlot.Range.MinMax => [0, Math.max(4, most * 1.1)];
/** There are no half cases. */
const whole = (_: uPlot, ticks: number[]) => ticks.map((tick) => (Number.isInteger(tick) ? fieldValue(tick) : ''));

/** Drawn anew where light becomes dark: a canvas takes its colours once. */
export default function FlowChart({ days }: { days: DayCount[] }) {
  const scheme = useComputedColorScheme('light');
  return <Drawn key={scheme} days={days} />;
}

function Drawn({ days }: { days: DayCount[] }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const target = place.current;
    if (target === null) return undefined;
    const colour = (name: string) => getComputedStyle(target).getPropertyValue(name).trim();
    const axis = {
      stroke: colour('--mantine-color-dimmed'),
      grid: { stroke: colour('--cw-line'), width: 1 },
      ticks: { stroke: colour('--cw-line'), width: 1 },
    };
    const bars = (align: -1 | 1) => uPlot.paths.bars?.({ size: [0.4, 18], align });
    const day = new Intl.DateTimeFormat(formats(), { day: 'numeric', month: 'short' });
    const chart = new uPlot(
      {
        width: target.clientWidth,
        height: HEIGHT,
        // Numbers are read in the table; the legend names the lines.
        legend: { live: false },
        cursor: { drag: { x: false, y: false } },
        // What came and went is small beside what is open: each has a scale of its own, that of the line on the right.
        scales: { x: { time: true }, y: { range: fromZero }, left: { range: fromZero } },
        axes: [
          { ...axis, values: (_, ticks) => ticks.map((tick) => day.format(new Date(tick * 1000))) },
          { ...axis, values: whole },
          { ...axis, scale: 'left', side: 1, grid: { show: false }, values: whole },
        ],
        series: [
          {},
          {
            label: t('Came'),
            fill: colour('--cw-accent-text'),
            stroke: colour('--cw-accent-text'),
            paths: bars(-1),
            points: { show: false },
          },
          {
            label: t('Went'),
            fill: colour('--cw-success-fg'),
            stroke: colour('--cw-success-fg'),
            paths: bars(1),
            points: { show: false },
          },
          // Told apart without colour as well: the only line, and a dashed one.
          {
            label: t('Left open'),
            scale: 'left',
            stroke: colour('--cw-danger-fg'),
            width: 2,
            dash: [6, 4],
            points: { show: false },
          },
        ],
      },
      [
        days.map((day) => Date.parse(day.from) / 1000),
        days.map((day) => day.created),
        days.map((day) => day.closed),
        days.map((day) => day.backlog),
      ],
      target,
    );
    const size = new ResizeObserver(() => chart.setSize({ width: target.clientWidth, height: HEIGHT }));
    size.observe(target);
    return () => {
      size.disconnect();
      chart.destroy();
    };
  }, [days]);
  return <div ref={place} className="cw-chart" aria-hidden="true" data-testid="flow-chart" />;
}
