/** What came, what went and what was left, day by day, drawn. The table beside it says the same in words and numbers. */
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { DayCount } from '../../api/schema';
import { formats } from '../../i18n';
import { fieldValue } from '../../lib/format';
import { OPEN, PER_DAY, plannedAxes, plannedSeries } from './flow-plan';

const HEIGHT = 240;
/** Also where little happens there is room above it. */
const fromZero = (_: uPlot, __: number, most: number): uPlot.Range.MinMax => [0, Math.max(4, most * 1.1)];
/** From here on a number has no room beside the axis. */
const LARGE = 10_000;
const short = (tick: number) =>
  tick < LARGE ? fieldValue(tick) : new Intl.NumberFormat(formats(), { notation: 'compact' }).format(tick);
/** There are no half cases. */
const whole = (_: uPlot, ticks: number[]) => ticks.map((tick) => (Number.isInteger(tick) ? short(tick) : ''));

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
    const scales = plannedAxes().map(({ scale, label, side, hasGrid }): uPlot.Axis => ({
      ...axis,
      scale,
      side,
      label,
      labelSize: 22,
      size: 42,
      grid: { ...axis.grid, show: hasGrid },
      values: whole,
    }));
    const bars = (align: -1 | 1) => uPlot.paths.bars?.({ size: [0.4, 18], align });
    const series = plannedSeries();
    const looks: Record<(typeof series)[number]['of'], uPlot.Series> = {
      created: { paths: bars(-1) },
      closed: { paths: bars(1) },
      // Told apart without colour as well: the only line, and a dashed one.
      backlog: { width: 2, dash: [6, 4] },
    };
    const day = new Intl.DateTimeFormat(formats(), { day: 'numeric', month: 'short' });
    const chart = new uPlot(
      {
        width: target.clientWidth,
        height: HEIGHT,
        // Numbers are read in the table; the legend names the lines.
        legend: { live: false },
        cursor: { drag: { x: false, y: false } },
        scales: { x: { time: true }, [PER_DAY]: { range: fromZero }, [OPEN]: { range: fromZero } },
        axes: [{ ...axis, values: (_, ticks) => ticks.map((tick) => day.format(new Date(tick * 1000))) }, ...scales],
        series: [
          {},
          ...series.map(({ of, scale, label, colour: name }): uPlot.Series => ({
            label,
            scale,
            stroke: colour(name),
            fill: of === 'backlog' ? undefined : colour(name),
            points: { show: false },
            ...looks[of],
          })),
        ],
      },
      [days.map((each) => Date.parse(each.from) / 1000), ...series.map(({ of }) => days.map((each) => each[of]))],
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
