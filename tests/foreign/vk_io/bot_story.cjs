// One bot of vk-io with keyboard, callback button, scene and photo, on long poll and on its webhook:
// the user sees the same conversation; and the same bot written with vkxx.
'use strict';

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const http = require('node:http');
const { Keyboard, Updates, Upload } = require('vk-io');
const { SessionManager } = require('@vk-io/session');
const { SceneManager, StepScene } = require('@vk-io/scenes');
const {
  client, conversation, person, picture, recorded, runAll, webhook, withEmulator,
} = require('./support.cjs');

const order = new StepScene('order', [
  async (context) => {
    if (context.scene.step.firstTime || !context.text) {
      return context.send('Which tea?', {
        keyboard: Keyboard.builder().textButton({ label: 'Green' }).textButton({ label: 'Black' })
          .oneTime(),
      });
    }
    context.scene.state.tea = context.text;
    return context.scene.step.next();
  },
  async (context) => {
    if (context.scene.step.firstTime || !/^\d+$/.test(context.text)) return context.send('How many cups?');
    context.scene.state.cups = Number(context.text);
    return context.scene.step.next();
  },
  async (context) => {
    const { tea, cups } = context.scene.state;
    await context.send(`${cups} × ${tea}`, {
      keyboard: Keyboard.builder().inline()
        .callbackButton({ label: 'Pay', payload: { cups }, color: Keyboard.POSITIVE_COLOR }),
    });
    return context.scene.step.next();
  },
]);

function teaShop(facts, options) {
  const api = client({ ...facts, user: facts.community });
  const agent = new http.Agent({ keepAlive: false });
  const upload = new Upload({ api, agent });
  const updates = new Updates({ api, upload, agent, ...options });
  const sessions = new SessionManager();
  const scenes = new SceneManager();
  scenes.addScenes([order]);
  updates.on('message_new', sessions.middleware);
  updates.on('message_new', scenes.middleware);
  updates.on('message_new', scenes.middlewareIntercept);
  updates.on('message_new', async (context) => {
    if (context.text === '/order') return context.scene.enter('order');
    if (context.text === '/photo') {
      return context.sendPhotos({ value: picture(320, 200), filename: 'tea.png' });
    }
    if (context.hasAttachments('photo')) {
      const [photo] = context.getAttachments('photo');
      return context.reply(`A photo of ${photo.width}×${photo.height}`);
    }
    return context.send('Menu', {
      keyboard: Keyboard.builder().textButton({ label: '/order', payload: { command: 'order' } })
        .row().urlButton({ label: 'Site', url: 'https://vk.com' }),
    });
  });
  updates.on('message_event', async (context) => {
    await context.answer({ type: 'show_snackbar', text: `Paid for ${context.eventPayload.cups}` });
    await api.messages.edit({
      peer_id: context.peerId, cmid: context.conversationMessageId, message: 'Paid',
    });
  });
  return updates;
}

// Each line waits for what the bot answers, so that the transcript has one order only.
async function visit(facts) {
  const after = async (text, messages) => {
    const shown = await conversation(facts, (items) => items.length === messages);
    assert.equal(shown.at(-1).text, text);
    return shown.at(-1);
  };
  await person(facts, 'say', { text: 'hello' });
  await after('Menu', 2);
  await person(facts, 'press', { label: '/order' });
  await after('Which tea?', 4);
  await person(facts, 'press', { label: 'Green' });
  await after('How many cups?', 6);
  await person(facts, 'say', { text: 'two' });
  await after('How many cups?', 8);
  await person(facts, 'say', { text: '2' });
  await after('2 × Green', 10);
  await person(facts, 'press', { cmid: 10, label: 'Pay' });
  await conversation(facts, (items) => items[9].text === 'Paid');
  await person(facts, 'say', { text: '/photo' });
  await after('', 12);
  const sent = await fetch(`${facts.url}/_emulator/people/2/send_file?kind=photo&to=-1&name=cup.png`, {
    method: 'POST', headers: { 'Content-Type': 'image/png' }, body: picture(64, 48),
  });
  assert.equal(sent.status, 200, await sent.clone().text());
  await after('A photo of 64×48', 14);
}

async function transcript(facts) {
  const feed = await (await fetch(`${facts.url}/_emulator/feed?wait=0`)).json();
  const kinds = ['message_sent', 'message_edited', 'pressed', 'press_answered'];
  const lines = feed.events.filter(({ kind }) => kinds.includes(kind))
    .map(({ kind, actor, cmid, text, details }) => {
      const { event_id: id, ...rest } = details;
      return { kind, actor, cmid, text, ...rest };
    });
  const shown = await conversation(facts, () => true);
  const messages = shown.map((message) => ({
    from: message.from_id,
    text: message.text,
    reply: message.reply_message?.conversation_message_id,
    attachments: message.attachments.map(({ type, photo }) => `${type} ${photo.sizes.at(-1).width}`),
    buttons: message.keyboard?.buttons.flat().map(({ action }) => action.label),
  }));
  return { lines, messages };
}

async function onLongPoll() {
  let told;
  await withEmulator([], async (facts) => {
    const updates = teaShop(facts, { pollingGroupId: 1 });
    await updates.startPolling();
    await visit(facts);
    told = await transcript(facts);
    await updates.stop();
  });
  return told;
}

// tea_shop.cpp, in a process of its own.
async function withVkxx(program) {
  let told;
  fs.writeFileSync('tea.png', picture(320, 200));
  await withEmulator([], async (facts) => {
    const bot = spawn(program, [facts.url, facts.community, 'tea.png'], { stdio: 'inherit' });
    const ended = new Promise((resolve) => { bot.once('exit', resolve); });
    try {
      await polled(facts);
      await visit(facts);
      told = await transcript(facts);
    } finally {
      bot.kill('SIGTERM');
      assert.equal(await ended, 0, 'the bot ends cleanly');
    }
  });
  return told;
}

// Until the bot has a position from which on it misses nothing.
async function polled(facts) {
  const end = Date.now() + 20_000;
  for (;;) {
    const asked = await recorded(facts);
    if (JSON.stringify(asked).includes('groups.getLongPollServer')) return;
    if (Date.now() > end) throw new Error('the bot does not poll');
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
}

// What a payload holds is the bot's own concern.
function withoutPayloads({ lines, messages }) {
  return { lines: lines.map(({ payload, ...rest }) => rest), messages };
}

async function onWebhook() {
  let told;
  await withEmulator([], (facts) => webhook(facts, (options) => teaShop(facts, options), async () => {
    await visit(facts);
    told = await transcript(facts);
  }));
  return told;
}

runAll({
  'a bot with keyboard, scene and photo, the same on long poll and webhook': async () => {
    const polled = await onLongPoll();
    const answered = polled.lines.find(({ kind }) => kind === 'press_answered');
    assert.equal(answered.event_data?.text ?? answered.text ?? answered.data?.text, 'Paid for 2');
    const types = polled.lines.filter(({ kind }) => kind === 'pressed').map(({ type }) => type);
    assert.deepEqual(types, ['text', 'text', 'callback']);
    assert.deepEqual(polled.messages[11].attachments, ['photo 320']);
    assert.equal(polled.messages[13].reply, 13);
    assert.deepEqual(await onWebhook(), polled);
  },
  'the same bot written with vkxx': async () => {
    const program = process.argv[3];
    if (!program) return;
    const expected = withoutPayloads(await onLongPoll());
    assert.deepEqual(withoutPayloads(await withVkxx(program)), expected);
  },
}).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
