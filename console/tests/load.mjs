import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** A module of src/ as Node.js runs it; besides types it may import modules of its own folder. */
export async function load(path) {
  return import(address(path));
}

function address(path) {
  const text = readFileSync(new URL(`../src/${path}`, import.meta.url), 'utf8');
  const { outputText } = ts.transpileModule(text, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } });
  const whole = outputText.replace(/from '\.\/(\w+)'/g, (_, name) => `from '${address(path.replace(/[^/]+$/, `${name}.ts`))}'`);
  return `data:text/javascript;base64,${Buffer.from(whole).toString('base64')}`;
}
