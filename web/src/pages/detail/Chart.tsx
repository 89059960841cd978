import { useContext, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { Appearance } from '../../app/Appearance';
import { valueText } from '../../lib/panels';

const HEIGHT = 176;
const LIGHT = ['#2f5bd0', '#a15c00', '#8a3ab9', '#1a7f42', '#c62f33', '#0b7285', '#676f7b'];
const DARK = ['#8fabff', '#e3ab52', '#cf9cf0', '#4ec27f', '#f2777a', '#5cc8d8', '#a3adba'];

export interface ChartLine {
  name: string;
  values: (number | null)[];
}

export interface ChartMark {
  time: number;
  label: string;
}

interface ChartProps {
  title: string;
  unit: string;
  times: number[];
  lines: ChartLine[];
  marks: ChartMark[];
}

// One panel. All share their cursor; revisions are marked on the time axis.
export function Chart({ title, unit, times, lines, marks }: ChartProps) {
  const { t, i18n } = useTranslation();
  const { isDark } = useContext(Appearance);
  const box = useRef<HTMLDivElement>(null);
  const language = i18n.language;
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const axis = { stroke: colour('--muted'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } };
    const isLong = (times.at(-1) ?? 0) - (times[0] ?? 0) > 2 * 86_400;
    const clock = new Intl.DateTimeFormat(language, isLong ? { month: 'numeric', day: 'numeric' } : { hour: '2-digit', minute: '2-digit', hour12: false });
    const drawMarks = (plot: uPlot) => {
      const { ctx, bbox } = plot;
      ctx.save();
      ctx.strokeStyle = ctx.fillStyle = colour('--muted');
      ctx.font = `${11 * devicePixelRatio}px system-ui`;
      ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
      for (const mark of marks) {
        const x = plot.valToPos(mark.time, 'x', true);
        if (x < bbox.left || x > bbox.left + bbox.width) continue;
        ctx.beginPath();
        ctx.moveTo(x, bbox.top);
        ctx.lineTo(x, bbox.top + bbox.height);
        ctx.stroke();
        ctx.fillText(mark.label, x + 3 * devicePixelRatio, bbox.top + 10 * devicePixelRatio);
      }
      ctx.restore();
    };
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        cursor: { sync: { key: 'monitoring' }, y: false },
        legend: { live: true },
        scales: { y: { range: (_, least, most) => [Math.min(0, least), most > 0 ? most * 1.1 : 1] } },
        axes: [{ ...axis, values: (_, splits) => splits.map((time) => clock.format(time * 1000)) }, { ...axis, size: 64, values: (_, values) => values.map((value) => valueText(value, unit, language)) }],
        series: [
          { label: t('detail.time'), value: (_, time) => (time ? new Date(time * 1000).toLocaleTimeString(language) : '') },
          ...lines.map((line, index) => ({
            label: line.name,
            stroke: (isDark ? DARK : LIGHT)[index % LIGHT.length] ?? '',
            width: 1.5,
            points: { show: line.values.filter((value) => value !== null).length < 3 },
            value: (_: uPlot, value: number | null) => valueText(value, unit, language),
          })),
        ],
        hooks: { draw: [drawMarks] },
      },
      [times, ...lines.map((line) => line.values)],
      element,
    );
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [times, lines, marks, unit, isDark, language, t]);
  const newest = lines.map((line) => {
    const value = valueText(line.values.findLast((one) => one !== null), unit, language);
    return line.name === title ? value : `${line.name} ${value}`;
  }).join(', ');
  return (
    <figure className="panel chart" aria-label={`${title}: ${newest}`}>
      <figcaption>
        <h2>{title}</h2>
        <span className="muted number">{newest}</span>
      </figcaption>
      <div ref={box} aria-hidden="true" style={{ minHeight: HEIGHT }} />
    </figure>
  );
}
