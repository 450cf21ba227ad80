// The JavaScript that the first page needs, compressed, and its limit.
import { readFileSync, readdirSync } from 'node:fs';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const limit = 400_000;
const dist = new URL('../dist/', import.meta.url);
const html = readFileSync(new URL('index.html', dist), 'utf8');
const read = (name) => readFileSync(new URL(name, dist));
const gzip = (names) => names.reduce((sum, name) => sum + gzipSync(read(name)).length, 0);
const brotli = (names) => names.reduce((sum, name) => sum + brotliCompressSync(read(name)).length, 0);

// What the page names, and what those chunks import before anything runs.
const entry = [...html.matchAll(/(?:src|href)="\/console\/(assets\/[^"]+\.js)"/g)].map((match) => match[1]);
const first = new Set(entry);
for (const name of first) {
  for (const match of read(name).toString().matchAll(/(?:^|[;}\s])(?:import|export)[^;"'()]*?(?:from)?\s*["']\.\/([^"']+\.js)["']/g)) {
    first.add(`assets/${match[1]}`);
  }
}

const all = readdirSync(new URL('assets/', dist)).map((name) => `assets/${name}`);
// Home, one language and their shared parts come right after; they count too.
const home = all.filter((name) => /\/(HomePage|en-|en\.)[^/]*\.js$/.test(name) && !first.has(name));
const scripts = [...first, ...home];
const styles = all.filter((name) => name.endsWith('.css'));
const kB = (bytes) => `${(bytes / 1000).toFixed(0)} kB`;

console.log(`first load   ${kB(gzip(scripts))} gzip, ${kB(brotli(scripts))} brotli, in ${scripts.length} files (limit ${kB(limit)})`);
console.log(`all scripts  ${kB(gzip(all.filter((name) => name.endsWith('.js'))))} gzip; styles ${kB(gzip(styles))} gzip`);
if (gzip(scripts) > limit) {
  console.error('size: the first load is above its limit');
  process.exit(1);
}
