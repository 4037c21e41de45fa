// The field where a person writes: attachments, replies, edits, voice, the keyboard below.
import { asPerson, upload } from './api.js';
import { attempt, button, el, fill, icon, iconButton, menu } from './dom.js';
import { withoutMarks } from './message.js';
import { nameOf } from './store.js';
import { t } from './texts.js';

// A picture and a sound for those who have no file at hand.
function samplePicture() {
  const canvas = el('canvas', { width: 640, height: 400 });
  const draw = canvas.getContext('2d');
  const hue = Math.floor(Math.random() * 360);
  const sky = draw.createLinearGradient(0, 0, 0, 400);
  sky.addColorStop(0, `hsl(${hue} 80% 72%)`);
  sky.addColorStop(1, `hsl(${(hue + 50) % 360} 85% 88%)`);
  draw.fillStyle = sky;
  draw.fillRect(0, 0, 640, 400);
  draw.fillStyle = '#fffc';
  draw.arc(480, 110, 46, 0, 7);
  draw.fill();
  for (let layer = 0; layer < 4; ++layer) {
    draw.fillStyle = `hsl(${(hue + 190) % 360} 35% ${62 - layer * 13}%)`;
    draw.beginPath();
    draw.moveTo(0, 400);
    for (let x = 0; x <= 640; x += 8) draw.lineTo(x, 210 + layer * 48 + Math.sin(x / (70 - layer * 9) + hue + layer * 2) * 30);
    draw.lineTo(640, 400);
    draw.fill();
  }
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
}

function sampleSound() {
  const rate = 8000;
  const bytes = new DataView(new ArrayBuffer(44 + rate * 2));
  const put = (at, text) => [...text].forEach((letter, i) => bytes.setUint8(at + i, letter.charCodeAt(0)));
  put(0, 'RIFF'); put(8, 'WAVEfmt '); put(36, 'data');
  const fields = [[4, 36 + rate * 2], [16, 16], [24, rate], [28, rate], [40, rate * 2]];
  for (const [at, value] of fields) bytes.setUint32(at, value, true);
  bytes.setUint16(20, 1, true); bytes.setUint16(22, 1, true); bytes.setUint16(32, 1, true); bytes.setUint16(34, 8, true);
  for (let at = 0; at < rate * 2; ++at) bytes.setUint8(44 + at, 128 + 60 * Math.sin(at / 4) * Math.sin(at / 900));
  return new Blob([bytes], { type: 'audio/wav' });
}

const kindOfFile = (file) => (/^image\/(png|jpe?g|gif)$/.test(file.type) ? 'photo' : 'doc');

const numbers = new WeakMap();
let lastNumber = 0;
function numberOf(file) {
  if (!numbers.has(file)) numbers.set(file, ++lastNumber);
  return numbers.get(file);
}

// What was not sent yet, by conversation: {text, files}. It outlives a change of the language.
const drafts = new Map();

export class Composer {
  // `target()` gives {person, peer}; `changed()` is called when something was written.
  constructor(target, keyboardSwitch) {
    this.target = target;
    this.files = [];
    this.field = el('textarea', { rows: 1, placeholder: t('message'), 'aria-label': t('message'), test: 'composer', oninput: () => this.typed(), onkeydown: (event) => this.key(event) });
    this.context = el('div', { class: 'context' });
    this.chips = el('div', { class: 'chips' });
    this.attachButton = iconButton('attach', t('attach'), () => this.attachMenu(), { test: 'attach', 'aria-haspopup': 'menu' });
    this.keyboardButton = iconButton('keyboard', t('keyboard'), keyboardSwitch, { test: 'keyboard-switch', hidden: true });
    this.sendButton = iconButton('send', t('send'), () => this.send(), { class: 'icon-button send', test: 'send' });
    this.picker = el('input', { type: 'file', multiple: true, hidden: true, test: 'file-input', onchange: () => { this.addFiles(this.picker.files); this.picker.value = ''; } });
    this.node = el('div', { class: 'composer' }, this.context, this.chips,
      el('div', { class: 'composer-line' }, this.attachButton, this.field, this.keyboardButton, this.sendButton, this.picker));
  }

  open(key) {
    if (this.key_ !== undefined) drafts.set(this.key_, { text: this.editing ? '' : this.field.value, files: this.files });
    this.key_ = key;
    const { text = '', files = [] } = drafts.get(key) || {};
    this.field.value = text;
    this.files = files;
    this.lastTyping = 0;
    this.editing = this.replying = undefined;
    this.show();
    this.grow();
  }

  // What becomes ready later belongs to the conversation for which it was begun.
  attach(key, ...files) {
    if (key === this.key_) {
      this.files.push(...files);
      this.show();
    } else {
      const draft = drafts.get(key) || { text: '', files: [] };
      drafts.set(key, { ...draft, files: [...draft.files, ...files] });
    }
  }

  // What could not be sent stands in the field again, before what was written meanwhile.
  giveBack(key, text, files, context) {
    const together = (other) => [text, other].filter(Boolean).join('\n');
    if (key === this.key_) {
      this.field.value = together(this.field.value);
      if (!this.editing && !this.replying && !this.forwards) Object.assign(this, context);
      this.grow();
    } else {
      const draft = drafts.get(key) || { text: '', files: [] };
      drafts.set(key, { ...draft, text: together(draft.text) });
    }
    this.attach(key, ...files);
  }

  grow() {
    this.field.style.height = 'auto';
    if (this.field.scrollHeight) this.field.style.height = `${Math.min(this.field.scrollHeight + 2, 180)}px`;
  }

  typed() {
    this.grow();
    const { person, peer } = this.target();
    if (Date.now() - (this.lastTyping || 0) < 4000 || !this.field.value) return;
    this.lastTyping = Date.now();
    asPerson(person, 'type', { to: peer, kind: 'typing' }).catch(() => {});
  }

  key(event) {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.send();
    } else if (event.key === 'Escape' && (this.editing || this.replying || this.forwards)) {
      event.stopPropagation();
      this.stop();
    }
  }

  stop() {
    if (this.editing) this.field.value = '';
    this.editing = this.replying = this.forwards = undefined;
    this.show();
  }

  reply(message) {
    this.stop();
    this.replying = message;
    this.show();
    this.field.focus();
  }

  forward(message, peer) {
    this.stop();
    this.forwards = { peer, cmids: [message.conversation_message_id], message };
    this.show();
  }

  edit(message) {
    this.stop();
    this.editing = message;
    this.field.value = message.text;
    this.show();
    this.grow();
    this.field.focus();
  }

  show() {
    const subject = this.editing || this.replying || this.forwards?.message;
    const title = this.editing ? t('edit') : this.replying ? nameOf(subject.from_id) : t('forwarded');
    fill(this.context, subject && el('div', { class: 'context-line', test: 'composer-context' },
      icon(this.editing ? 'edit' : 'reply'), el('span', {}, el('b', {}, title), el('span', {}, withoutMarks(subject.text) || '…')),
      iconButton('close', t('cancel'), () => this.stop())));
    fill(this.chips, this.files.map((file) => el('span', { key: numberOf(file), class: 'chip', test: 'pending-file' },
      icon(file.geo ? 'place' : file.kind === 'photo' ? 'photo' : file.kind === 'audio_message' ? 'mic' : 'file'), file.name,
      iconButton('close', t('cancel'), () => { this.files = this.files.filter((other) => other !== file); this.show(); }))),
    this.recorder && button(t('stopRecord'), () => this.recorder.stop(), { class: 'button primary' }, 'mic'));
  }

  attachMenu() {
    const key = this.key_;
    const add = (file) => { this.attach(key, file); if (key === this.key_) this.field.focus(); };
    menu(this.attachButton, [
      [t('file'), () => this.picker.click(), 'file', 'attach-file'],
      [t('samplePhoto'), async () => add({ kind: 'photo', name: 'picture.png', blob: await samplePicture() }), 'photo', 'attach-sample'],
      [t('voice'), () => { this.files.push({ kind: 'audio_message', name: 'voice.wav', blob: sampleSound() }); this.send(); }, 'mic', 'attach-voice'],
      navigator.mediaDevices && [t('record'), () => this.record(), 'mic', 'attach-record'],
      [t('place'), () => add({ geo: { latitude: 59.9357, longitude: 30.3259 }, name: t('place') }), 'place', 'attach-place'],
    ]);
  }

  record() {
    if (this.recorder) return undefined;
    const key = this.key_;
    return attempt(async () => {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const recorder = new MediaRecorder(stream);
      const parts = [];
      recorder.ondataavailable = (event) => parts.push(event.data);
      recorder.onstop = () => {
        for (const track of stream.getTracks()) track.stop();
        this.recorder = undefined;
        this.attach(key, { kind: 'audio_message', name: 'voice.ogg', blob: new Blob(parts, { type: recorder.mimeType }) });
        if (key === this.key_) this.send();
        else this.show();
      };
      this.recorder = recorder;
      recorder.start();
      this.show();
    });
  }

  addFiles(list) {
    for (const blob of list) this.files.push({ kind: kindOfFile(blob), name: blob.name, blob });
    this.show();
  }

  send() {
    const { person, peer } = this.target();
    const text = this.field.value.trim();
    const { editing, replying, forwards, files } = this;
    const key = this.key_;
    if (!peer || (!text && !files.length && !this.forwards && !editing)) return undefined;
    const body = { to: peer, text };
    if (this.replying) body.reply_to = this.replying.conversation_message_id;
    if (this.forwards) body.forward = { peer: this.forwards.peer, cmids: this.forwards.cmids };
    this.field.value = '';
    // An edit has none of its own.
    const sent = editing ? [] : files;
    if (!editing) this.files = [];
    this.stop();
    this.grow();
    const task = async () => {
      try {
        if (editing) return await asPerson(person, 'edit', { to: peer, cmid: editing.conversation_message_id, text });
        body.attachments = [];
        for (const file of sent) {
          if (file.geo) { body.geo = file.geo; continue; }
          const query = new URLSearchParams({ kind: file.kind, name: file.name });
          const made = await upload(`people/${person}/send_file?${query}`, file.blob);
          body.attachments.push(made.attachment);
        }
        return await asPerson(person, 'say', body);
      } catch (failure) {
        this.giveBack(key, text, sent, { editing, replying, forwards });
        throw failure;
      }
    };
    // A file takes its time; what was written after it comes after it.
    this.sending = (this.sending || Promise.resolve()).then(() => attempt(task));
    return this.sending;
  }
}
