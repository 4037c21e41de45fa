// Switches for faults, buttons for time, events by hand, reset.
import { get, post, remove } from './api.js';
import { attempt, button, copyText, el, field, fill, icon, notify, select } from './dom.js';
import { calm, inTurn, soon } from './pace.js';
import { listen, loadWorld, now, setClock, store } from './store.js';
import { clockText, dayText, t } from './texts.js';

const kinds = ['error', 'captcha', 'captcha_page', 'captcha_both', 'validation', 'confirmation', 'http_status', 'html', 'empty', 'broken_json', 'no_envelope', 'redirect', 'closed', 'reset', 'silent', 'domain_challenge', 'lost', 'twice', 'truncated', 'slow', 'dribble', 'wrong_type', 'huge', 'trailing_error', 'loose'];
const presets = [['error=6:*', '6 Too many requests'], ['error=9:messages.send', '9 Flood control'], ['error=10:*', '10 Internal error'], ['captcha:messages.send', '14 Captcha'], ['error=901:messages.send', '901 No permission'], ['http_status=502:**3', 'HTTP 502 ×3'], ['slow=3000:*', '3 s'], ['reset:messages.send', 'Reset'], ['broken_json:*', 'Broken JSON'], ['twice:messages.send', 'Twice'], ['lost:messages.send', 'Lost answer'], ['error=10:**0,rate=0.1', '10 % errors']];
const samples = {
  message_new: { message: { id: 1, date: 1700000000, from_id: 1, peer_id: 1, out: 0, version: 1, conversation_message_id: 1, text: 'Hello' }, client_info: { button_actions: ['text', 'callback'], keyboard: true, inline_keyboard: true, carousel: true, lang_id: 0 } },
  message_event: { user_id: 1, peer_id: 1, event_id: '3e9602618746', payload: { button: 1 } },
  group_join: { user_id: 1, join_type: 'join' }, group_leave: { user_id: 1, self: 1 }, message_allow: { user_id: 1, key: '' }, message_deny: { user_id: 1 },
  wall_post_new: { id: 10, owner_id: -1, from_id: 1, date: 1700000000, text: 'Post' }, wall_reply_new: { id: 11, post_id: 10, post_owner_id: -1, from_id: 1, date: 1700000000, text: 'Comment' },
  like_add: { liker_id: 1, object_type: 'post', object_owner_id: -1, object_id: 10, post_id: 0 }, user_block: { admin_id: 1, user_id: 2, unblock_date: 0, reason: 0, comment: '' },
  donut_subscription_create: { amount: 300, amount_without_fee: 270.5, user_id: 1 }, vkpay_transaction: { from_id: 1, amount: 100000, description: '', date: 1700000000 },
};

function span(seconds) {
  const days = Math.floor(seconds / 86400);
  const hours = Math.floor(seconds / 3600) % 24;
  const minutes = Math.floor(seconds / 60) % 60;
  const text = [days && `${days} ${t('days')}`, hours && `${hours} ${t('hours')}`, minutes && `${minutes} ${t('minutes')}`].filter(Boolean).join(' ');
  return text || `${Math.round(seconds)} ${t('seconds')}`;
}

const card = (title, hint, ...content) => el('section', { class: 'card', 'aria-label': title }, el('h2', {}, title), hint && el('p', { class: 'hint' }, hint), content);

// The choice stays as long as the community exists.
function fillCommunities(list) {
  fill(list, [...store.communities.values()].map((group) => el('option', { key: group.id, value: group.id }, group.name)));
}

export class FaultsView {
  constructor() {
    this.clock = el('div', { class: 'big-clock', test: 'clock', role: 'timer' });
    this.clockState = el('p', { class: 'hint', test: 'clock-state' });
    this.list = el('ul', { class: 'faults-list', test: 'faults' });
    this.showFaults = calm(() => this.drawFaults());
    this.loadFaults = inTurn(() => this.loadNow());
    this.refresh = soon(this.loadFaults, 200);
    this.lists = [];
    this.node = el('div', { class: 'scroll' }, el('div', { class: 'cards packed' }, this.clockCard(), this.faultCard(), this.transportCard(), this.injectCard(), this.savingCard(), this.resetCard()));
    listen((change) => {
      if (change.world) for (const list of this.lists) fillCommunities(list);
      if (!this.node.checkVisibility()) return;
      if (change.events) this.showClock();
      // A call may have used up a fault; another page may have added one.
      if (change.requests || change.restarted) this.refresh();
    });
    clearInterval(FaultsView.timer);
    FaultsView.timer = setInterval(() => this.showClock(), 1000);
  }

  open() {
    this.showClock();
    this.loadFaults();
  }

  showClock() {
    if (!this.node.isConnected) return;
    const seconds = now() / 1000;
    const { offset = 0, frozen, next_due: due } = store.clock || {};
    fill(this.clock, clockText(seconds, true), el('small', {}, dayText(seconds)));
    fill(this.clockState, [frozen && t('frozen'), offset > 0 && t('ahead', span(offset)), due && t('nextDue', clockText(due, true))].filter(Boolean).join(' · '));
    fill(this.freeze, t(frozen ? 'run' : 'freeze'));
  }

  communityList(attributes) {
    const list = el('select', attributes);
    fillCommunities(list);
    this.lists.push(list);
    return list;
  }

  clockCard() {
    // One after the other: an older answer would set the clock back.
    let moved = Promise.resolve();
    const move = (body) => () => {
      moved = moved.then(() => attempt(async () => { setClock(await post('clock', body)); this.showClock(); }));
      return moved;
    };
    this.freeze = button(t('freeze'), () => move(store.clock?.frozen ? { run: true } : { freeze: true })(), { test: 'freeze' });
    return card(t('time'), t('timeHint'), this.clock, this.clockState, el('div', { class: 'row' },
      button(t('plusMinute'), move({ advance: 60 }), { test: 'plus-minute' }), button(t('plusHour'), move({ advance: 3600 }), { test: 'plus-hour' }), button(t('plusDay'), move({ advance: 86400 }), { test: 'plus-day' }),
      button(t('toNext'), move({ to_next: true }), { test: 'to-next' }), this.freeze));
  }

  faultCard() {
    const form = el('form', { class: 'grid', onsubmit: (event) => { event.preventDefault(); this.addFault(Object.fromEntries(new FormData(form))); } },
      field(t('kind'), select(kinds.map((kind) => [kind, kind]), { name: 'kind', test: 'fault-kind' })), field(t('value'), el('input', { name: 'value', test: 'fault-value' })),
      field(t('method'), el('input', { name: 'method', value: '*', test: 'fault-method' })), field(t('count'), el('input', { name: 'count', type: 'number', min: 0, value: 1, test: 'fault-count' })),
      field(t('rate'), el('input', { name: 'rate', type: 'number', min: 0, max: 1, step: 0.05, value: 1 })), el('button', { class: 'button primary', test: 'add-fault' }, t('addFault')));
    return card(t('faultsTitle'), t('faultHint'), el('h3', {}, t('presets')), el('div', { class: 'row' }, presets.map(([text, label], at) => button(label, () => this.send(text), { class: 'chip', title: text, test: `preset-${at}` }))), form,
      el('h3', {}, t('active')), this.list, button(t('removeAll'), () => attempt(async () => { await remove('faults'); this.loadFaults(); }), { test: 'remove-faults' }));
  }

  addFault({ kind, value, method, count, rate }) {
    return this.send(`${kind}${value ? `=${value}` : ''}:${method || '*'}*${count || 1}${rate && Number(rate) < 1 ? `,rate=${rate}` : ''}`);
  }

  send(text) {
    return attempt(async () => { await post('faults', [text]); this.loadFaults(); });
  }

  async loadNow() {
    try {
      this.faults = await get('faults');
      this.failure = undefined;
    } catch (failure) {
      this.failure = failure;
    }
    this.showFaults();
  }

  drawFaults() {
    const faults = this.faults || [];
    const none = this.failure ? t('notLoaded', this.failure.message) : t('noFaults');
    fill(this.list, faults.map((item) => el('li', { key: item.id, test: 'fault' }, icon('faults'), el('code', {}, item.fault), el('small', {}, t('played', item.played)),
      button(t('removeOne'), () => attempt(async () => { await remove(`faults/${item.id}`); this.loadFaults(); }), { class: 'chip' }))),
    (this.failure || !faults.length) && el('li', { class: 'hint' }, none));
  }

  transportCard() {
    const group = this.communityList({ 'aria-label': t('community') });
    return card(t('transports'), t('transportHint'), field(t('community'), group), el('div', { class: 'row' }, ['expire_key', 'forget', 'lose_history'].map((name) =>
      button(t(name), () => attempt(async () => { await post(`transports/${group.value}`, { [name]: true }); notify(t(name)); }), { test: `transport-${name}` }))));
  }

  injectCard() {
    const object = el('textarea', { class: 'code', rows: 8, name: 'object', spellcheck: 'false', value: JSON.stringify(samples.message_new, null, 2), test: 'inject-object' });
    const type = el('input', { name: 'type', list: 'event-types', value: 'message_new', test: 'inject-type', onchange: () => { const sample = samples[type.value]; if (sample) object.value = JSON.stringify(sample, null, 2); } });
    const form = el('form', { class: 'grid', onsubmit: (event) => {
      event.preventDefault();
      attempt(async () => {
        const made = await post('events', { group: Number(form.elements.group.value), type: type.value, object: JSON.parse(object.value) });
        notify(t('injected', made.number));
      });
    } }, field(t('community'), this.communityList({ name: 'group', test: 'inject-group' })), el('label', { class: 'field two' }, el('span', {}, t('type')), type),
    el('datalist', { id: 'event-types' }, Object.keys(samples).map((value) => el('option', { value }))), el('label', { class: 'field wide' }, el('span', {}, t('object')), object), el('button', { class: 'button primary', test: 'inject' }, t('send')));
    return card(t('inject'), t('injectHint'), form);
  }

  // What was said, as a file that `vkxx emulate --replay` plays, or as a test.
  savingCard() {
    const output = el('textarea', { class: 'code output', rows: 6, readonly: true, 'aria-label': t('withOutput'), test: 'transcript-text', hidden: true });
    const copier = (label, format) => button(label, () => attempt(async () => { output.value = await get(`transcript?format=${format}`); output.hidden = false; copyText(output.value); }), { test: `copy-${format}` });
    return card(t('transcript'), t('transcriptHint'), el('div', { class: 'row' },
      el('a', { class: 'button', href: '/_emulator/transcript', download: 'talk.jsonl', test: 'save-transcript' }, t('saveTranscript')),
      el('a', { class: 'button', href: '/_emulator/snapshot', download: 'world.json', test: 'save-world' }, t('saveWorld')),
      copier(t('copyCppTest'), 'cpp'), copier(t('copyPythonTest'), 'python')), output);
  }

  resetCard() {
    return card(t('world'), t('resetHint'), button(t('reset'), () => attempt(async () => { await post('reset'); await loadWorld(); this.loadFaults(); notify(t('resetDone')); }), { class: 'button danger', test: 'reset' }, 'again'));
  }
}
