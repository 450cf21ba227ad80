// Rules without a browser: what differs, what a refusal says, what a file holds.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './load.mjs';

const { changesOf, isSame, patchBetween, patched, reversed } = await load('api/mergePatch.ts');
const { Problem, fieldPath } = await load('api/problem.ts');
const { csv, jsonLines } = await load('parts/files.ts');

const before = { name: 'Shop', sessions: { lifetime: 60, persistent: true }, scopes: ['openid', 'email'], note: 'x' };
const after = { name: 'Shop', sessions: { lifetime: 90, persistent: true }, scopes: ['openid'], extra: 1 };

test('a patch names what differs and nothing else, lists as a whole, and null for what is gone', () =>
  assert.deepEqual(patchBetween(before, after), { sessions: { lifetime: 90 }, scopes: ['openid'], note: null, extra: 1 }));

test('a patch applied makes the one thing the other', () => assert.deepEqual(patched(before, patchBetween(before, after)), after));

test('a patch taken back makes it what it was', () => {
  const patch = patchBetween(before, after);
  assert.deepEqual(patched(after, reversed(before, patch)), before);
});

test('nothing set and null are the same, so an untouched form has no change', () => {
  assert.deepEqual(patchBetween({ a: null, b: { c: undefined } }, { b: { c: null } }), {});
  assert.ok(isSame(undefined, null) && isSame([{ a: 1 }], [{ a: 1 }]) && !isSame([1, 2], [2, 1]));
});

test('changes are told field by field with their dotted paths', () =>
  assert.deepEqual(changesOf(before, patchBetween(before, after)), [
    { field: 'sessions.lifetime', before: 60, after: 90 },
    { field: 'scopes', before: ['openid', 'email'], after: ['openid'] },
    { field: 'note', before: 'x', after: undefined },
    { field: 'extra', before: undefined, after: 1 },
  ]));

test('a finding is placed where the form has its field', () => {
  assert.equal(fieldPath('redirect_uris[0]'), 'redirect_uris.0');
  assert.equal(fieldPath('connections[2].upstream_params.prompt.value'), 'connections.2.upstream_params.prompt.value');
  const problem = Problem.of(422, { code: 'refused', title: 'A field is refused.', errors: [{ field: 'redirect_uris[1]', code: 'malformed', message: 'no address' }] });
  assert.deepEqual(problem.byField, { 'redirect_uris.1': 'no address' });
  assert.equal(problem.message, 'A field is refused.');
});

test('an answer that is no problem of the API is one all the same', () => {
  assert.equal(Problem.of(502, '<html>').code, 'unreadable');
  assert.equal(Problem.from(new TypeError('fetch failed')).code, 'unreachable');
  assert.ok(Problem.of(412, { code: 'changed_meanwhile' }).changedMeanwhile);
});

test('a cell is quoted where it must be, and none is a formula', () => {
  const columns = [{ header: 'Name', text: (row) => row.name }, { header: 'Shown only' }, { header: 'Note', text: (row) => row.note }];
  const rows = [{ name: '=HYPERLINK("http://evil")', note: 'a "b", c' }, { name: '@ada', note: null }, { name: 'plain', note: 0 }];
  assert.equal(csv(columns, rows), 'Name,Note\r\n"\'=HYPERLINK(""http://evil"")","a ""b"", c"\r\n\'@ada,\r\nplain,0\r\n');
  assert.equal(jsonLines([{ a: 1 }, { b: 2 }]), '{"a":1}\n{"b":2}\n');
});
