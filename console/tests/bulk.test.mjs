// Rules of lists without a browser: what is chosen, what is done to many, who is found.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './load.mjs';

const { chosenOf, doEach, noChoice, withChosen } = await load('parts/bulk.ts');
const { found, nameOfAdministrator, standing } = await load('pages/settings/administrators.ts');

const self = (row) => row;
const manner = { progress: () => {}, isStopped: () => false, endsAll: () => false };

test('rows are chosen one by one and all at once, and let go the same way', () => {
  const two = withChosen(withChosen(noChoice, 'first', ['a'], true), 'first', ['b', 'c'], true);
  assert.deepEqual(chosenOf(two, 'first', ['a', 'b', 'c', 'd'], self), ['a', 'b', 'c']);
  assert.deepEqual(chosenOf(withChosen(two, 'first', ['a', 'c'], false), 'first', ['a', 'b', 'c'], self), ['b']);
});

test('what is chosen on one part of a list is not chosen on another, nor is a row that is gone', () => {
  const choice = withChosen(noChoice, 'first', ['a', 'b'], true);
  assert.deepEqual(chosenOf(choice, 'second', ['a', 'b'], self), []);
  assert.deepEqual(chosenOf(choice, 'first', ['b', 'z'], self), ['b']);
  assert.deepEqual([...withChosen(choice, 'second', ['c'], true).keys], ['c']);
});

test('many are done one after the other, never two at a time, and how far it is is told', async () => {
  const told = [];
  let running = 0;
  const run = async () => {
    running += 1;
    assert.equal(running, 1);
    await new Promise((resolve) => setTimeout(resolve, 1));
    running -= 1;
  };
  const outcome = await doEach(['a', 'b', 'c'], run, { ...manner, progress: (count) => told.push(count) });
  assert.deepEqual(outcome, { done: ['a', 'b', 'c'], failed: [], left: [] });
  assert.deepEqual(told, [0, 1, 2]);
});

test('what one row refuses keeps no other from being done, and is said of that row', async () => {
  const refusal = new Error('no');
  const outcome = await doEach(['a', 'b', 'c'], (row) => (row === 'b' ? Promise.reject(refusal) : Promise.resolve()), manner);
  assert.deepEqual(outcome, { done: ['a', 'c'], failed: [{ row: 'b', thrown: refusal }], left: [] });
});

test('a server that is not reached is asked no further, and the rest counts as not tried', async () => {
  const asked = [];
  const run = (row) => {
    asked.push(row);
    return row === 'a' ? Promise.resolve() : Promise.reject(new Error('gone'));
  };
  const outcome = await doEach(['a', 'b', 'c', 'd'], run, { ...manner, endsAll: (thrown) => thrown.message === 'gone' });
  assert.deepEqual([outcome.done, outcome.failed.map((one) => one.row), outcome.left], [['a'], ['b'], ['c', 'd']]);
  assert.deepEqual(asked, ['a', 'b']);
});

test('a word to stop lets the row that runs end, and tries none after it', async () => {
  let stopped = false;
  const run = (row) => {
    stopped = row === 'b';
    return Promise.resolve();
  };
  assert.deepEqual(await doEach(['a', 'b', 'c'], run, { ...manner, isStopped: () => stopped }), { done: ['a', 'b'], failed: [], left: ['c'] });
});

test('an administrator is found by a part of the name or email, whatever its case', () => {
  const all = [{ user_id: 'usr_1', name: 'Ada Byström', email: 'ada@example.com' }, { user_id: 'usr_2', email: 'kim@example.org' }];
  assert.deepEqual(found(all, ' BYS ').map(nameOfAdministrator), ['Ada Byström']);
  assert.deepEqual(found(all, 'example').length, 2);
  assert.deepEqual(found(all, '').length, 2);
  assert.deepEqual(found(all, 'nobody'), []);
});

test('who cannot sign in to the console is told apart from who is blocked', () => {
  assert.equal(standing({ may_sign_in: true, status: 'active' }), 'yes');
  assert.equal(standing({ may_sign_in: false, status: 'active' }), 'no');
  assert.equal(standing({ may_sign_in: false, status: 'blocked' }), 'blocked');
});
