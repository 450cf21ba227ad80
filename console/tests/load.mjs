import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** A module of src/ that imports nothing but types, as Node.js runs it. */
export async function load(path) {
  const text = readFileSync(new URL(`../src/${path}`, import.meta.url), 'utf8');
  const { outputText } = ts.transpileModule(text, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } });
  return import(`data:text/javascript;base64,${Buffer.from(outputText).toString('base64')}`);
}
