import '@mantine/charts/styles.css';
import { BarChart } from '@mantine/charts';
import { VisuallyHidden } from '@mantine/core';
import type { SignInPeriod } from '../../api/types';
import { t } from '../../texts';
import { number, shortDay } from '../../texts/format';
import classes from './HomePage.module.css';

const outcomes = ['ok', 'abandoned', 'refused', 'failed'] as const;
const colors = { ok: 'accent.6', abandoned: 'gray.5', refused: 'yellow.6', failed: 'red.7' };

/** Sign-ins per day by how they ended; the same as a table for readers. */
export default function SignInsChart({ days }: { days: SignInPeriod[] }) {
  return (
    <figure className={classes.chart}>
      <div aria-hidden>
        <BarChart
          h={240}
          data={days.map((day) => ({ ...day, day: shortDay(day.from) }))}
          dataKey="day"
          type="stacked"
          withLegend
          legendProps={{ verticalAlign: 'bottom', itemSorter: null }}
          series={outcomes.map((name) => ({ name, label: t(`sign_ins.outcome.${name}`), color: colors[name] }))}
          valueFormatter={number}
          maxBarWidth={36}
          tickLine="none"
          barChartProps={{ accessibilityLayer: false }}
          barProps={{ isAnimationActive: false }}
          yAxisProps={{ allowDecimals: false, width: 36 }}
        />
      </div>
      <VisuallyHidden>
        <table>
          <caption>{t('home.per_day')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('home.day')}</th>
              {outcomes.map((name) => (
                <th key={name} scope="col">
                  {t(`sign_ins.outcome.${name}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {days.map((day) => (
              <tr key={day.from}>
                <th scope="row">{shortDay(day.from)}</th>
                {outcomes.map((name) => (
                  <td key={name}>{number(day[name])}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </VisuallyHidden>
    </figure>
  );
}
