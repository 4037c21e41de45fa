// vk-io drives the emulator: what its users do with VK must work here in the same way.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const {
  APIError, CallbackService, Keyboard, MessageContext, Updates, Upload, VK,
} = require('vk-io');
const {
  client, conversation, person, picture, recorded, runAll, webhook, withEmulator,
} = require('./support.cjs');

// A bot that answers with a keyboard, and its callback button with a snackbar and an edit.
function bot(facts, options) {
  const api = client({ ...facts, user: facts.community });
  const updates = new Updates({
    api, upload: new Upload({ api }), agent: new http.Agent({ keepAlive: false }), ...options,
  });
  updates.on('message_new', (context) => context.send({
    message: `You said ${context.text}`,
    keyboard: Keyboard.builder()
      .callbackButton({ label: 'Buy', payload: { item: 7 }, color: Keyboard.POSITIVE_COLOR })
      .inline(),
  }));
  updates.on('message_event', async (context) => {
    await context.answer({ type: 'show_snackbar', text: `Item ${context.eventPayload.item}` });
    await api.messages.edit({
      peer_id: context.peerId,
      conversation_message_id: context.conversationMessageId,
      message: 'Sold',
    });
  });
  return { api, updates };
}

// What a user sees of that bot.
async function play(facts) {
  const said = await person(facts, 'say', { text: 'hello' });
  const shown = await conversation(facts, (items) => items.length === 2);
  assert.equal(shown[1].text, 'You said hello');
  const answered = said.cmid + 1;
  const pressed = await person(facts, 'press', { cmid: answered, label: 'Buy' });
  assert.equal(pressed.type, 'callback');
  const sold = await conversation(facts, (items) => items[1].text === 'Sold');
  assert.equal(sold.length, 2);
  const calls = await recorded(facts);
  const answer = calls.find(({ method }) => method === 'messages.sendMessageEventAnswer');
  assert.equal(answer.error_code, 0);
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

  'a photo and a document uploaded for a message': () => withEmulator([], async (facts) => {
    const upload = new Upload({ api: client(facts), agent: new http.Agent() });
    const photo = await upload.messagePhoto({
      source: { value: picture(640, 480), filename: 'cat.png' },
    });
    assert.equal(photo.ownerId, 1);
    assert.equal(photo.width, 640);
    const shown = await fetch(photo.largeSizeUrl);
    assert.equal(shown.headers.get('content-type'), 'image/png');
    assert.deepEqual(Buffer.from(await shown.arrayBuffer()), picture(640, 480));
    const id = await client(facts).messages.send({
      peer_id: 2, random_id: 1, message: 'look', attachment: String(photo),
    });
    assert.ok(id > 0);
    const document = await upload.messageDocument({
      peer_id: 2, source: { value: Buffer.from('text'), filename: 'note.txt' },
    });
    assert.equal(document.title, 'note.txt');
    assert.equal(document.size, 4);
    const voice = await upload.audioMessage({
      peer_id: 2, source: { value: Buffer.alloc(8000), filename: 'voice.ogg' },
    });
    assert.equal(voice.waveform.length, 128);
  }),

  'a story, a video and an album photo': () => withEmulator([], async (facts) => {
    const upload = new Upload({ api: client(facts), agent: new http.Agent() });
    const story = await upload.storiesPhoto({
      add_to_news: 1, source: { value: picture(1080, 1920), filename: 'story.png' },
    });
    assert.equal(story.ownerId, 1);
    const video = await upload.video({
      name: 'Film', source: { value: Buffer.alloc(5000), filename: 'film.mp4' },
    });
    assert.equal(video.title, 'Film');
    const album = await client(facts).photos.createAlbum({ title: 'Birds' });
    const photos = await upload.photoAlbum({
      album_id: album.id,
      source: { values: [
        { value: picture(10, 20), filename: 'a.png' }, { value: picture(30, 40), filename: 'b.png' },
      ] },
    });
    assert.deepEqual(photos.map(({ height }) => height), [20, 40]);
  }),

  'an upload server that refuses': () => withEmulator([
    '--fault', 'upload_error:/upload/message_photo',
  ], async (facts) => {
    const upload = new Upload({ api: client(facts), agent: new http.Agent() });
    const source = { value: picture(10, 10), filename: 'cat.png' };
    await assert.rejects(upload.messagePhoto({ source }));
    assert.equal((await upload.messagePhoto({ source })).width, 10);
  }),

  'a conversation of a user and a bot': () => withEmulator([], async (facts) => {
    const user = client(facts);
    const bot = new VK({
      token: facts.community,
      apiBaseUrl: `${facts.url}/method`,
      agent: new http.Agent({ keepAlive: false }),
    });
    // Far above 32 bits, as vk-io's own numbers are.
    await user.messages.send({ peer_id: -1, message: 'hi', random_id: 1e15 });
    const [message] = (await bot.api.messages.getById({ message_ids: 1 })).items;
    const context = new MessageContext({
      api: bot.api,
      upload: bot.upload,
      source: 'WEBHOOK',
      updateType: 'message_new',
      groupId: 1,
      payload: { message, client_info: {} },
    });
    const answer = await context.reply('menu', {
      keyboard: Keyboard.builder()
        .textButton({ label: 'Yes', payload: { a: 1 }, color: Keyboard.POSITIVE_COLOR })
        .callbackButton({ label: 'More', payload: { b: 2 } })
        .inline(),
    });
    assert.deepEqual([answer.id, answer.conversationMessageId], [2, 2]);
    const shown = async () => (await user.messages.getHistory({ peer_id: -1 })).items[0];
    const menu = await shown();
    assert.equal(menu.reply_message.text, 'hi');
    assert.equal(menu.keyboard.buttons[0][1].action.payload, '{"b":2}');
    await answer.editMessage({ message: 'changed' });
    assert.equal((await shown()).text, 'changed');
    const deleted = await bot.api.messages.delete({ peer_id: 1, cmids: [2], delete_for_all: 1 });
    assert.equal(deleted[0].response, 1);
    assert.equal((await shown()).text, 'hi');
    const [inChat] = await bot.api.messages.send({
      peer_ids: 2000000001, message: 'all', random_id: 0,
    });
    assert.deepEqual([inChat.message_id, inChat.conversation_message_id], [0, 1]);
  }),

  'a bot on long poll': () => withEmulator([], async (facts) => {
    const { updates } = bot(facts, { pollingGroupId: 1 });
    await updates.startPolling();
    await play(facts);
    // A new key, in the middle of its work.
    await fetch(`${facts.url}/_emulator/transports/1`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ expire_key: true }),
    });
    const asked = async () => (await recorded(facts))
      .filter(({ method }) => method === 'groups.getLongPollServer').length;
    while (await asked() < 2) {
      await new Promise((resolve) => { setTimeout(resolve, 20); });
    }
    await person(facts, 'say', { text: 'again' });
    await conversation(facts, (items) => items.length === 4 && items[3].text === 'You said again');
    await updates.stop();
  }),

  'a bot on its webhook': () => withEmulator([], (facts) => webhook(
    facts, (options) => bot(facts, options).updates, () => play(facts),
  )),

  'the lines of the console': () => withEmulator([], async (facts) => {
    const page = await (await fetch(`${facts.url}/console/start.js`)).text();
    const [shown] = /function clients\([^]*?\n}\n/.exec(page);
    const clients = new Function(`${shown} return clients;`)();
    const lines = new Map(clients(facts.url, facts.user, facts.community)).get('vk-io');
    fs.writeFileSync('console_lines.mjs', `${lines}\nexport { vk };\n`);
    const { vk } = await import(path.resolve('console_lines.mjs'));
    await person(facts, 'say', { text: 'hi' });
    await conversation(facts, (items) => items.length === 2 && items[1].text === 'Hello!');
    await vk.updates.stop();
  }),

  'answers that vk-io repeats': () => withEmulator([
    '--fault', 'html:users.get', '--fault', 'reset:users.get',
  ], async (facts) => {
    const [user] = await client(facts, { apiRetryLimit: 3 }).users.get({});
    assert.equal(user.id, 1);
    assert.equal((await recorded(facts)).length, 3);
  }),
};

runAll(checks).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
