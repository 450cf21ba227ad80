// Checks the texts: every language has the same keys with the same places to fill, and no words stand in components.
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../src/', import.meta.url));
const faults = [];
const places = (text) => [...text.matchAll(/\{(\w+)\}|<(\w+)>/g)].map((match) => match[0]).sort().join(' ');

const nouns = readdirSync(`${root}texts/en`).filter((name) => name.endsWith('.json'));
for (const language of readdirSync(`${root}texts`, { withFileTypes: true }).filter((entry) => entry.isDirectory() && entry.name !== 'en')) {
  const found = readdirSync(`${root}texts/${language.name}`).filter((name) => name.endsWith('.json'));
  faults.push(...found.filter((name) => !nouns.includes(name)).map((name) => `${language.name}/${name}: unknown in en`));
  for (const noun of nouns) {
    if (!found.includes(noun)) {
      faults.push(`${language.name}/${noun}: missing`);
      continue;
    }

    const en = JSON.parse(readFileSync(`${root}texts/en/${noun}`, 'utf8'));
    const other = JSON.parse(readFileSync(`${root}texts/${language.name}/${noun}`, 'utf8'));
    for (const key of new Set([...Object.keys(en), ...Object.keys(other)])) {
      if (!(key in other) || !(key in en)) faults.push(`${language.name}/${noun}: ${key} is not in both languages`);
      else if (places(en[key]) !== places(other[key])) faults.push(`${language.name}/${noun}: ${key} fills other places than en`);
    }
  }
}

// Attributes that people see or hear.
const spoken = new Set(['label', 'title', 'placeholder', 'aria-label', 'description', 'alt', 'message', 'helper', 'summary', 'error']);
const used = new Set();
const words = (text) => /\p{L}{2,}/u.test(text);
function look(path) {
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const fault = (node, text) => faults.push(`${path.slice(root.length)}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}: words in a component: ${text.trim().slice(0, 50)}`);
  const visit = (node) => {
    if (ts.isJsxText(node) && words(node.text)) {
      // What a machine reads stays as it is in every language.
      const tag = ts.isJsxElement(node.parent) ? node.parent.openingElement.tagName.getText() : '';
      if (tag !== 'Code') fault(node, node.text);
    }

    if (ts.isJsxAttribute(node) && node.initializer && ts.isStringLiteral(node.initializer) && spoken.has(node.name.getText()) && words(node.initializer.text)) fault(node, node.initializer.text);
    if (ts.isStringLiteralLike(node)) used.add(node.text);
    // A key put together at run time counts for all keys that begin so.
    if (ts.isTemplateExpression(node) && /^[a-z_]+\./.test(node.head.text)) used.add(`${node.head.text}*`);
    ts.forEachChild(node, visit);
  };
  visit(file);
}

for (const entry of readdirSync(root, { recursive: true })) {
  if (/\.tsx?$/.test(entry) && !entry.endsWith('.d.ts')) look(`${root}${entry}`);
}

const begun = [...used].filter((text) => text.endsWith('*')).map((text) => text.slice(0, -1));
for (const noun of nouns) {
  const name = noun.replace('.json', '');
  for (const key of Object.keys(JSON.parse(readFileSync(`${root}texts/en/${noun}`, 'utf8')))) {
    const whole = `${name}.${key}`.replace(/_(one|other)$/, '');
    if (!used.has(whole) && !used.has(`${name}.${key}`) && !begun.some((head) => whole.startsWith(head))) faults.push(`en/${noun}: ${key} is used nowhere`);
  }
}

if (faults.length > 0) {
  console.error(faults.join('\n'));
  console.error(`texts: ${faults.length} faults`);
  process.exit(1);
}
console.log(`texts: ${nouns.length} files agree`);
