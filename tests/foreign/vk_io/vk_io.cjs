// vk-io drives the emulator: what its users do with VK must work here in the same way.
'use strict';

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const http = require('node:http');
const readline = require('node:readline');
const { API, APIError, CallbackService } = require('vk-io');

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
  const user = printed.find((line) => line.startsWith('token of user 1:')).split(/:\s+/)[1];
  try {
    await check({ url: printed[0], user });
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

const checks = {
  'a call and a list parameter': () => withEmulator([], async (facts) => {
    const api = client(facts, { language: 'ru' });
    const users = await api.users.get({ user_ids: [1, 'anna_lebedeva'], fields: ['city', 'sex'] });
    assert.deepEqual(users.map((user) => user.last_name), ['Дуров', 'Лебедева']);
    assert.equal(users[0].city.title, 'Санкт-Петербург');
    const [request] = await recorded(facts);
    assert.equal(request.method, 'users.get');
    assert.deepEqual(request.parameters.find(([name]) => name === 'user_ids')[1], '1,anna_lebedeva');
    assert.ok(!JSON.stringify(request).includes(facts.user), 'the token is not recorded');
  }),

  'an error with its code and parameters': () => withEmulator([], async (facts) => {
    await assert.rejects(client(facts).utils.resolveScreenName({ screen_name: '' }), (error) => {
      assert.ok(error instanceof APIError);
      assert.equal(error.code, 100);
      assert.match(error.message, /screen_name is undefined/);
      assert.ok(error.params.some(({ key, value }) => key === 'method' &&
        value === 'utils.resolveScreenName'));
      return true;
    });
    await assert.rejects(client({ ...facts, user: 'nonsense' }).users.get({}), { code: 5 });
  }),

  'execute and its inner errors': () => withEmulator([], async (facts) => {
    const reply = await client(facts).execute({
      code: 'return [API.users.get({"user_ids": "durov"}), API.wall.get({"owner_id": "x"}), Args.a];',
      a: 5,
    });
    assert.equal(reply.response[0][0].id, 1);
    assert.deepEqual(reply.response.slice(1), [false, '5']);
    assert.equal(reply.errors.length, 1);
    assert.equal(reply.errors[0].method, 'wall.get');
    assert.equal(reply.errors[0].code, 100);
  }),

  'calls in parallel mode, put into one execute': () => withEmulator([], async (facts) => {
    const api = client(facts, { apiMode: 'parallel' });
    const results = await Promise.all([1, 2, 3, 4].map((id) => api.users.get({ user_ids: id })));
    assert.deepEqual(results.map(([user]) => user.id), [1, 2, 3, 4]);
    assert.ok((await recorded(facts)).some(({ method }) => method === 'execute'));
  }),

  'a picture captcha': () => withEmulator(['--fault', 'captcha:users.get'], async (facts) => {
    const callbackService = new CallbackService();
    let asked = 0;
    callbackService.onCaptcha(async ({ sid, src }, retry) => {
      asked += 1;
      const picture = Buffer.from(await (await fetch(src)).arrayBuffer());
      assert.equal(picture.subarray(1, 4).toString(), 'PNG');
      const reply = await (await fetch(`${facts.url}/_emulator/captcha?sid=${sid}`)).json();
      // Wrong at first, as people are.
      await retry(asked === 1 ? 'wrong' : reply.answer).catch(() => {});
    });
    const [user] = await client(facts, { callbackService }).users.get({});
    assert.equal(user.id, 1);
    assert.equal(asked, 2);
  }),

  'a captcha page': () => withEmulator(['--fault', 'captcha_page:users.get'], async (facts) => {
    const callbackService = new CallbackService();
    callbackService.onCaptcha(async ({ redirectUri }, retry) => {
      const page = await (await fetch(redirectUri)).text();
      const session = /name="session_token" value="([^"]+)"/.exec(page)[1];
      const done = await fetch(new URL('/not_robot_captcha', redirectUri), {
        method: 'POST',
        body: new URLSearchParams({ session_token: session }),
      });
      await retry(done.headers.get('x-success-token'));
    });
    const [user] = await client(facts, { callbackService }).users.get({});
    assert.equal(user.id, 1);
  }),

  'a captcha without a handler': () => withEmulator(['--fault', 'captcha'], async (facts) => {
    await assert.rejects(client(facts).users.get({}), (error) => {
      assert.equal(error.code, 14);
      assert.match(error.captchaImg, /\/captcha\.php\?sid=/);
      return true;
    });
  }),

  'the limit of calls per second': () => withEmulator(['--strict-limits'], async (facts) => {
    const api = client(facts);
    const results = await Promise.all([1, 2, 3, 4, 5].map((id) => api.users.get({ user_ids: id })));
    assert.deepEqual(results.map(([user]) => user.id), [1, 2, 3, 4, 5]);
    const codes = (await recorded(facts)).map(({ error_code: code }) => code);
    assert.ok(codes.includes(6), 'some calls were refused, and repeated by vk-io');
    assert.equal(codes.filter((code) => code === 0).length, 5);
  }),

  'answers that vk-io repeats': () => withEmulator([
    '--fault', 'html:users.get', '--fault', 'reset:users.get',
  ], async (facts) => {
    const [user] = await client(facts, { apiRetryLimit: 3 }).users.get({});
    assert.equal(user.id, 1);
    assert.equal((await recorded(facts)).length, 3);
  }),
};

(async () => {
  for (const [name, check] of Object.entries(checks)) {
    await check();
    console.log(`ok - ${name}`);
  }
})().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
