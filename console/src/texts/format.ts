import { language } from '.';

type Moment = string | number | Date;

const made = new Map<string, unknown>();

// Formatters are dear to make; one of each kind and language is enough.
function once<T>(name: string, make: (language: string) => T): T {
  const key = `${language()} ${name}`;
  const found = made.get(key) ?? make(language());
  made.set(key, found);
  return found as T;
}

/** A whole or broken number as the language writes it. */
export function number(value: number): string {
  return once('number', (l) => new Intl.NumberFormat(l)).format(value);
}

/** Date and time to the minute, in the browser's zone. */
export function dateTime(value: Moment): string {
  return once('dateTime', (l) => new Intl.DateTimeFormat(l, { dateStyle: 'medium', timeStyle: 'short' })).format(new Date(value));
}

/** Date and time to the second with its zone, for a tooltip. */
export function exact(value: Moment): string {
  return once('exact', (l) => new Intl.DateTimeFormat(l, { dateStyle: 'full', timeStyle: 'long' })).format(new Date(value));
}

/** A day. */
export function day(value: Moment): string {
  return once('day', (l) => new Intl.DateTimeFormat(l, { dateStyle: 'medium' })).format(new Date(value));
}

/** A day without its year, for charts. */
export function shortDay(value: Moment): string {
  return once('shortDay', (l) => new Intl.DateTimeFormat(l, { day: 'numeric', month: 'short' })).format(new Date(value));
}

/** Time of day to the millisecond. */
export function clock(value: Moment): string {
  return once('clock', (l) => new Intl.DateTimeFormat(l, { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3, hourCycle: 'h23' })).format(new Date(value));
}

/** A duration in milliseconds in the unit that suits it: 240 ms, 1.31 s, 4 min. */
export function duration(ms: number): string {
  const unit = (name: string, digits: number) =>
    once(`${name} ${digits}`, (l) => new Intl.NumberFormat(l, { style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: digits }));
  if (ms < 1000) {
    return unit('millisecond', 0).format(ms);
  }

  return ms < 60_000 ? unit('second', 2).format(ms / 1000) : unit('minute', 0).format(Math.round(ms / 60_000));
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [['year', 31_536_000], ['month', 2_592_000], ['week', 604_800], ['day', 86_400], ['hour', 3600], ['minute', 60]];

/** How long ago, or how long until: "3 minutes ago". */
export function ago(value: Moment, now = Date.now()): string {
  const seconds = Math.round((new Date(value).getTime() - now) / 1000);
  const format = once('ago', (l) => new Intl.RelativeTimeFormat(l, { numeric: 'auto' }));
  const step = steps.find(([, size]) => Math.abs(seconds) >= size);
  return step === undefined ? format.format(0, 'second') : format.format(Math.trunc(seconds / step[1]), step[0]);
}

/** A share of 1 in per cent. */
export function percent(value: number): string {
  return once('percent', (l) => new Intl.NumberFormat(l, { style: 'percent', maximumFractionDigits: 1 })).format(value);
}

/** Seconds in the largest unit that divides them: "8 hours". */
export function seconds(value: number): string {
  const [name, size] = ([['day', 86_400], ['hour', 3600], ['minute', 60], ['second', 1]] as const).find(([, size]) => value >= size && value % size === 0) ?? ['second', 1];
  return once(`long ${name}`, (l) => new Intl.NumberFormat(l, { style: 'unit', unit: name, unitDisplay: 'long' })).format(value / size);
}
