// What the checks of vk-io share: the emulator as a process, and a user who plays.
'use strict';

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const http = require('node:http');
const readline = require('node:readline');
const { API } = require('vk-io');

const program = process.argv[2];

// Starts `vkxx emulate`, runs `check` with its address and a token, and ends it by a signal.
async function withEmulator(options, check) {
  const child = spawn(program, ['emulate', ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => { child.once('exit', resolve); });
  const printed = [];
  for await (const line of readline.createInterface({ input: child.stdout })) {
    printed.push(line);
    if (line.startsWith('token of the service:')) break;
  }
  const token = (name) => printed.find((line) => line.startsWith(`token of ${name}:`)).split(/:\s+/)[1];
  try {
    await check({ url: printed[0], user: token('user 1'), community: token('community 1') });
  } finally {
    child.kill('SIGTERM');
    assert.equal(await ended, 0, 'the emulator ends cleanly');
  }
}

function client(facts, more = {}) {
  return new API({
    token: facts.user,
    apiBaseUrl: `${facts.url}/method`,
    apiLimit: 100,
    // vk-io's own agent speaks HTTPS alone.
    agent: new http.Agent({ keepAlive: false }),
    ...more,
  });
}

// Everything that vk-io asked, by the control API.
async function recorded(facts) {
  const reply = await fetch(`${facts.url}/_emulator/requests`);
  return reply.json();
}

// The header of a PNG.
function picture(width, height) {
  const bytes = Buffer.alloc(64);
  bytes.write('\x89PNG\r\n\x1a\n', 'latin1');
  bytes.writeUInt32BE(13, 8);
  bytes.write('IHDR', 12);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}

// Does what a user can do.
async function person(facts, action, body) {
  const reply = await fetch(`${facts.url}/_emulator/people/2/${action}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ to: -1, ...body }),
  });
  assert.equal(reply.status, 200, await reply.clone().text());
  return reply.json();
}

// The conversation of user 2 with the community, once it looks as expected.
async function conversation(facts, expected) {
  const end = Date.now() + 20_000;
  for (;;) {
    const reply = await fetch(`${facts.url}/_emulator/people/2/conversations/-1/messages`);
    const { items } = await reply.json();
    if (expected(items)) return items;
    if (Date.now() > end) throw new Error(`not as expected: ${JSON.stringify(items)}`);
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
}

// Serves a bot's webhook, tells the emulator its address, and runs `check`.
async function webhook(facts, updatesFor, check) {
  const manager = client({ ...facts, user: facts.community });
  const { code } = await manager.groups.getCallbackConfirmationCode({ group_id: 1 });
  const handler = updatesFor({ webhookSecret: 'sesame', webhookConfirmation: code })
    .getWebhookCallback('/bot');
  const server = http.createServer((request, response) => handler(request, response));
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  try {
    await manager.groups.addCallbackServer({
      group_id: 1, url: `http://127.0.0.1:${server.address().port}/bot`, title: 'bot', secret_key: 'sesame',
    });
    const wait = await fetch(`${facts.url}/_emulator/transports/1/callbacks?wait=25`);
    assert.equal((await wait.json()).items[0].verdict, 'confirmed');
    await check();
  } finally {
    server.close();
  }
}

// Runs the checks one by one.
async function runAll(checks) {
  for (const [name, check] of Object.entries(checks)) {
    await check();
    console.log(`ok - ${name}`);
  }
}

module.exports = { client, conversation, person, picture, recorded, runAll, webhook, withEmulator };
