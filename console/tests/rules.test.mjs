// Rules without a browser: what differs, what a refusal says, what a file holds.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './load.mjs';

const { changesOf, isSame, patchBetween, patched, reversed } = await load('api/mergePatch.ts');
const { Problem, fieldPath } = await load('api/problem.ts');
const { csv, jsonLines } = await load('parts/files.ts');
const { holdsSecret, isSecret } = await load('parts/secrets.ts');
const { before: partBefore, knowsBefore, onward } = await load('parts/trail.ts');

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

test('what holds a secret is told by its names, a place for one is none', () => {
  for (const file of ['client_secret: abc', '  - { api_key_secret: "x" }', '{"client_secret":"abc"}', 'password:\n  abc', 'client_secret: |\n  abc', 'Client_Secret : a', "password_hash: 'x'", '-----BEGIN PRIVATE KEY-----']) {
    assert.ok(holdsSecret(file), file);
  }

  for (const file of ['', 'client_secret: ${X_CLIENT_SECRET}', 'client_secret: "${X}"', '{"client_secret": "${X}"}', 'token_endpoint_auth_method: client_secret_post\nname: Shop', 'options:\n  - method: password\n', 'client_secret: ""', 'client_secret: null']) {
    assert.ok(!holdsSecret(file), file);
  }

  assert.ok(isSecret('api_key_secret') && isSecret('private_key') && !isSecret('client_id'));
});

test('Previous leads to the part before, also after the way back and forth of the browser', () => {
  const trail = onward(onward([], undefined, 'b'), 'b', 'c');
  assert.deepEqual(trail, [undefined, 'b', 'c']);
  assert.deepEqual([partBefore(trail, 'c'), partBefore(trail, 'b')], ['b', undefined]);
  assert.ok(knowsBefore(trail, 'b') && !knowsBefore(trail, undefined));
  // Back by the browser to b, and on from there another way.
  assert.deepEqual(onward(trail, 'b', 'd'), [undefined, 'b', 'd']);
  // A part that was opened by its address.
  assert.deepEqual(onward([], 'x', 'y'), ['x', 'y']);
  assert.ok(!knowsBefore(['x', 'y'], 'x') && partBefore(['x', 'y'], 'x') === undefined && partBefore([], 'x') === undefined);
});
