import type en from './en';

type Texts = typeof en;

/** Key of a text: the file it stands in and its name there, `sign_ins.title`. */
export type TextKey = { [N in keyof Texts]: `${N}.${keyof Texts[N] & string}` }[keyof Texts];

type Counted<K> = K extends `${infer Name}_other` ? Name : never;

/** Key of a text that depends on a number: it stands there as `…_one` and `…_other`. */
export type CountedKey = Counted<TextKey>;

/** What fills the `{places}` of a text. */
export type Values = Record<string, string | number>;

const languages = { en: () => import('./en'), de: () => import('./de') };

/** A language the console speaks. */
export type Language = keyof typeof languages;

/** The languages by their own names. */
export const languageNames: Record<Language, string> = { en: 'English', de: 'Deutsch' };

const kept = 'xenios.language';
let current: Language = 'en';
let texts: Record<string, Record<string, string>> = {};
const listeners = new Set<() => void>();
let plural = new Intl.PluralRules('en');

/** The language in use. */
export function language(): Language {
  return current;
}

/** The language chosen before, or the browser's first that is spoken here, or English. */
export function preferredLanguage(): Language {
  const wanted = [localStorage.getItem(kept), ...navigator.languages].map((tag) => tag?.split('-')[0]);
  return wanted.find((tag): tag is Language => tag !== undefined && tag in languages) ?? 'en';
}

/** Loads a language; what is written from then on is in it. */
export async function speak(wanted: Language, remember = false): Promise<void> {
  texts = (await languages[wanted]()).default;
  current = wanted;
  plural = new Intl.PluralRules(wanted);
  document.documentElement.lang = wanted;
  if (remember) {
    localStorage.setItem(kept, wanted);
  }

  listeners.forEach((listener) => listener());
}

/** Calls back when another language is used. */
export function subscribeToLanguage(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A text, its `{places}` filled. */
export function t(key: TextKey, values?: Values): string {
  return fill(find(key), values);
}

/** A text in the form that a number wants, with the number as `{count}`. */
export function tn(key: CountedKey, count: number, values?: Values): string {
  const text = find(`${key}_${plural.select(count)}`, `${key}_other`);
  return fill(text, { count: new Intl.NumberFormat(current).format(count), ...values });
}

/** A text whose key the server names, such as an error's code; undefined where there is none. */
export function known(key: string): string | undefined {
  const dot = key.indexOf('.');
  return texts[key.slice(0, dot)]?.[key.slice(dot + 1)];
}

function find(key: string, otherwise?: string): string {
  return known(key) ?? (otherwise === undefined ? key : find(otherwise));
}

function fill(text: string, values: Values | undefined): string {
  return values === undefined ? text : text.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}
