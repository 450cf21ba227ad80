// Rules of the pages without a browser: what keys tell, what plain answers mean, what mappings bring.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './load.mjs';

const { appType, areFit, isCallback, noKeys, remarks, sent } = await load('pages/connections/credentials.ts');
const { answered, answerOf, differing, effective, presets, withSettings } = await load('pages/connections/policy.ts');
const { brought, locals, samples, withName } = await load('pages/connections/attributes.ts');
const { findingsHere, placeOf: pageFor } = await load('pages/home/findings.ts');
const { afterSignOut, frameworkOf, frameworks, placeOf } = await load('pages/applications/frameworks.ts');

const clientId = (type) => Buffer.from(`aGVsbG8gd29ybGQ:1:${type}`).toString('base64url');
const said = (keys, stored) => Object.fromEntries(Object.entries(remarks({ ...noKeys, ...keys }, stored)).map(([field, remark]) => [field, remark.text]));

test('a Client ID tells whether its app is a Web App or a Native App', () => {
  assert.equal(appType(clientId('ci')), 'ci');
  assert.equal(appType('anything:1:na'), 'na');
  assert.equal(appType('x'.repeat(25)), null);
  assert.deepEqual(said({ client_id: clientId('ci'), client_secret: 's' }), { client_id: 'web_app' });
  assert.deepEqual(said({ client_id: clientId('na') }), { client_id: 'native_app' });
});

test('25 letters and digits are an API Key, digits and a hyphen an access token', () => {
  assert.equal(said({ client_id: 'aB3'.repeat(8) + 'x' }).client_id, 'api_key');
  assert.equal(said({ client_id: '12345-abcdef' }).client_id, 'access_token');
  assert.equal(said({ protocol: 'oauth1a', api_key: clientId('ci'), api_key_secret: 's' }).api_key, 'client_id');
});

test('an equal pair, one without the other and a blank within are not sent', () => {
  for (const keys of [{ client_id: 'same', client_secret: 'same' }, { client_secret: 'alone' }, { client_id: 'a b', client_secret: 's' }, { protocol: 'oauth1a', api_key: 'k' }]) {
    assert.equal(areFit({ ...noKeys, ...keys }), false, JSON.stringify(keys));
  }

  assert.ok(areFit(noKeys) && areFit({ ...noKeys, protocol: 'oauth1a', api_key: 'k' }, true));
});

test('only the pair of the protocol is sent, and nothing that is blank', () => {
  const keys = { protocol: 'oauth1a', client_id: 'a', client_secret: 'b', api_key: 'k', api_key_secret: '' };
  assert.deepEqual(sent(keys), { api_key: 'k' });
});

test('a callback is https, or http on this computer', () => {
  assert.ok(isCallback('https://localhost:9443/commonauth') && isCallback('http://127.0.0.1:7400/login/callback') && isCallback('http://id.localhost:1/x'));
  assert.ok(!isCallback('http://id.example.org/login/callback') && !isCallback('https://id.example.org/#a') && !isCallback('id.example.org'));
});

test('an untouched preset differs in nothing, and answers every plain question', () => {
  for (const preset of ['kinde', 'wso2']) {
    assert.deepEqual(differing({ preset }), []);
    for (const question of ['first', 'email', 'missing', 'sync']) assert.ok(answerOf({ preset }, question) !== null, `${preset} ${question}`);
  }

  assert.equal(effective({ preset: 'wso2' }).jit, 'off');
  assert.equal(presets.kinde.link_policy, 'prove_possession');
});

test('each plain answer is read back as itself', () => {
  for (const [question, answers] of [['first', ['create', 'known', 'nobody', 'without']], ['email', ['ask', 'trusted', 'never']], ['missing', ['reject', 'allow_without']], ['sync', ['none', 'override_all']]]) {
    for (const answer of answers) assert.equal(answerOf(answered({ preset: 'kinde' }, question, answer), question), answer, `${question} ${answer}`);
  }
});

test('somebody who is to be known by an address can prove it', () => {
  const nobody = answered({ preset: 'kinde' }, 'first', 'nobody');
  assert.equal(effective(answered(nobody, 'first', 'known')).link_policy, 'prove_possession');
});

test('a setting that is as in the preset is not named any more', () => {
  const own = withSettings({ preset: 'kinde' }, { attribute_sync: 'none' });
  assert.deepEqual(own, { preset: 'kinde', attribute_sync: 'none' });
  assert.deepEqual(withSettings(own, { attribute_sync: 'profile_only' }), { preset: 'kinde' });
});

test('a mapping brings the value, its default where nothing is sent, and nothing that does not fit the type', () => {
  assert.equal(brought({ external: 'username', local: 'nickname' }, samples.ada, locals), 'ada_bystrom');
  assert.equal(brought({ external: 'location', local: 'zoneinfo', default: 'nowhere' }, samples.ben, locals), 'nowhere');
  assert.equal(brought({ external: 'name', local: 'website' }, samples.ada, locals), undefined);
});

test('the display name is always mapped', () => {
  assert.deepEqual(withName([{ external: 'username', local: 'nickname' }]).map((mapping) => mapping.local), ['name', 'nickname']);
  assert.equal(withName([{ external: 'username', local: 'name' }]).length, 1);
});

test('each framework is known by its usual address, and none is filled with the address of another application', () => {
  for (const [type, list] of Object.entries(frameworks)) {
    for (const framework of list) {
      if (framework.id !== 'plain') assert.equal(frameworkOf(type, [framework.redirectUri]).id, framework.id);
      const usual = placeOf('https://id.example.org', 'my-shop', framework.redirectUri, 'a-secret');
      const lines = (place) => framework.parts.map((part) => part.lines(place)).join('\n');
      assert.ok(type === 'native' || type === 'machine' || lines(usual).includes(framework.redirectUri) || lines(usual).includes(usual.home), framework.id);
      assert.ok(lines(usual).includes('my-shop') && !/allowInsecure|RequireHttps/.test(lines(usual)), framework.id);

      const moved = lines(placeOf('http://127.0.0.1:7400', 'my-shop', framework.redirectUri.replace(/:\d+/, ':4100'), 'a-secret'));
      assert.ok(usual.isHere === false || !moved.includes(`:${usual.port}`), framework.id);
    }
  }
});

test('a secret that is known stands in the environment of the lines, and nowhere in a file of code', () => {
  const place = placeOf('https://id.example.org', 'my-shop', 'http://localhost:3000/callback', 'a-secret');
  for (const framework of frameworks.web.filter(({ id }) => id !== 'plain')) {
    for (const { file, lines } of framework.parts) assert.ok(file === 'Terminal' || !lines(place).includes('a-secret'), `${framework.id} ${file}`);
    assert.ok(framework.parts.some(({ lines }) => lines(place).includes("a-secret'")), framework.id);
  }
});

test('the browser may go after sign-out to where the application is, also when that is not the usual address', () => {
  const [next] = frameworks.web;
  assert.equal(afterSignOut(next, next.redirectUri), next.afterSignOut);
  assert.equal(afterSignOut(next, 'https://shop.example/api/auth/callback/xenios'), 'https://shop.example/');
  assert.equal(afterSignOut(next, 'com.example.app:/callback'), undefined);
  assert.equal(afterSignOut(frameworks.machine[0], ''), undefined);
});

test('things to fix are those of the server and of this environment, the gravest first, and none twice', () => {
  const look = [
    { check: 'clock', status: 'ok', message: 'fine' },
    { check: 'keys', status: 'warning', code: 'A-09', environment: 'acme', message: 'old' },
    { check: 'connection', status: 'error', code: 'X-111', environment: 'acme', connection: 'x', message: 'not reached' },
    { check: 'connection', status: 'error', code: 'X-111', environment: 'other', connection: 'x', message: 'not reached' },
    { check: 'disk', status: 'error', code: 'A-05', message: 'full' },
    { check: 'mail', status: 'warning', code: 'A-04', message: 'not set up' },
  ];
  assert.deepEqual(findingsHere(look, 'acme', ['A-04']).map((one) => one.check), ['connection', 'disk', 'keys']);
  assert.deepEqual(findingsHere(look, undefined, []).map((one) => one.check), ['disk', 'mail']);
});

test('a finding leads to the page where something can be done about it, and nowhere otherwise', () => {
  assert.equal(pageFor({ check: 'connection', connection: 'x' }), '/connections/x');
  assert.equal(pageFor({ check: 'keys' }), '/keys');
  assert.equal(pageFor({ check: 'disk' }), undefined);
});
