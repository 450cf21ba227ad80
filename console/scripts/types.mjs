// Writes src/api/schema.d.ts from ../docs/openapi.json, unless it is newer already.
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';

const source = new URL('../../docs/openapi.json', import.meta.url);
const target = new URL('../src/api/schema.d.ts', import.meta.url);
const age = (url) => statSync(url, { throwIfNoEntry: false })?.mtimeMs ?? 0;

if (age(source) === 0 && age(target) === 0) {
  console.error('types: docs/openapi.json is missing');
  process.exit(1);
}

if (age(target) < age(source)) {
  mkdirSync(new URL('.', target), { recursive: true });
  const nodes = await openapiTS(JSON.parse(readFileSync(source, 'utf8')));
  writeFileSync(target, `// Written from docs/openapi.json; do not edit.\n${astToString(nodes)}`);
}
