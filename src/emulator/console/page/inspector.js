// One timeline of world events, API calls and polls, and what is known of each.
import { get, post, remove } from './api.js';
import { asCpp, asTest, asVkxx, parametersOf } from './copy.js';
import { arrange, ask, attempt, button, copyText, el, fill, icon, iconButton, revised } from './dom.js';
import { calm, inTurn, soon } from './pace.js';
import { chainOf, depthOf, forgetRequests, isRequest, kindOf, lint, listen, nameOf, store, timeline } from './store.js';
import { clockText, has, t } from './texts.js';

const kinds = ['event', 'call', 'poll'];
const pageSize = 200;
const mostLinks = 40;

function titleOf(entry) {
  if (isRequest(entry)) return entry.method || entry.target.split('?')[0];
  const key = entry.kind === 'member_joined' && entry.actor !== entry.subject ? 'e_member_added' : `e_${entry.kind}`;
  return `${entry.actor ? `${nameOf(entry.actor)} ` : ''}${has(key) ? t(key) : entry.kind}`;
}

function subtitleOf(entry) {
  if (!isRequest(entry)) return entry.text || entry.details?.label || entry.details?.type || (entry.details?.event_data && JSON.stringify(entry.details.event_data)) || entry.details?.action?.type || '';
  return parametersOf(entry).filter(([name]) => name !== 'v').map(([name, value]) => `${name}=${value}`).join(' ').slice(0, 160);
}

const bad = (entry) => isRequest(entry) && (entry.error_code > 0 || entry.status >= 400);
const notesOf = (entry) => (isRequest(entry) ? store.notes.get(entry.number) || [] : []);
const addressOf = (entry) => `${isRequest(entry) ? 'call' : 'event'}/${entry.number}`;

function pretty(text) {
  try {
    return JSON.stringify(typeof text === 'string' ? JSON.parse(text) : text, null, 2);
  } catch {
    return text;
  }
}

function answerOf(whole) {
  try {
    return JSON.parse(whole.response?.body).response;
  } catch {
    return undefined;  // Not every answer is JSON.
  }
}

const code = (text, test) => el('pre', { class: 'code', tabindex: '0', test }, text);

export class Inspector {
  constructor(options = {}) {
    this.small = options.small;
    this.changed = options.changed || (() => {});
    this.off = new Set(['poll']);
    this.shown = pageSize;
    this.text = '';
    this.rows = new Map();
    this.show = calm(() => this.draw());
    this.showDetail = calm(() => this.drawDetail());
    this.loadDetail = inTurn(() => this.loadNow());
    this.refresh = soon(() => this.show(), 60);
    this.refreshDetail = soon(() => this.showDetail(), 60);
    this.build();
    listen((change) => {
      if (change.connection) return;
      if (change.restarted && this.chosen) this.choose(undefined);
      // When it is opened, it is drawn as a whole.
      if (!this.node.checkVisibility()) return;
      this.refresh();
      if (change.requests?.length) lint();
      if (this.chosen) this.receive(change);
    });
    this.show();
  }

  open() {
    lint();
    this.show();
    this.showDetail();
    this.loadDetail();
  }

  // The chain grows, notes come, and a poll that waited has its answer.
  receive(change) {
    this.refreshDetail();
    if (isRequest(this.chosen) && change.requests?.some((entry) => entry.number === this.chosen.number)) this.loadDetail();
  }

  build() {
    this.searchField = el('input', { type: 'search', class: 'search', placeholder: t('searchTimeline'), 'aria-label': t('search'), test: 'timeline-search', oninput: () => { this.text = this.searchField.value.toLowerCase(); this.show(); } });
    this.chips = el('div', { class: 'filters', role: 'group', 'aria-label': t('filters') }, kinds.map((kind) => this.chip(kind, t(`${kind}s`))), this.chip('only-bad', t('errors')), this.chip('only-notes', t('warnings')));
    this.list = el('ol', { class: 'timeline', test: 'timeline' });
    this.detail = el('div', { class: 'detail', test: 'detail', 'aria-live': 'polite' });
    const tools = el('div', { class: 'inspector-tools' }, this.searchField,
      iconButton('remove', t('clearRequests'), () => attempt(() => this.forget()), { test: 'clear' }));
    this.node = el('section', { class: `inspector ${this.small ? 'small' : ''}`, 'aria-label': t('inspector'), test: this.small ? 'drawer' : 'inspector' },
      el('div', { class: 'inspector-list' }, tools, this.chips, this.list), this.detail);
    this.showDetail();
  }

  chip(kind, label) {
    const only = kind.startsWith('only');
    const node = button(label, () => {
      if (this.off.has(kind)) this.off.delete(kind);
      else this.off.add(kind);
      node.setAttribute('aria-pressed', String(only === this.off.has(kind)));
      this.show();
    }, { class: 'chip', 'aria-pressed': String(!only && !this.off.has(kind)), test: `filter-${kind}` });
    return node;
  }

  fits(entry) {
    if (this.off.has(kindOf(entry))) return false;
    if (this.off.has('only-bad') && !bad(entry)) return false;
    if (this.off.has('only-notes') && !notesOf(entry).length) return false;
    return !this.text || `${entry.number} ${entry.kind || ''} ${titleOf(entry)} ${subtitleOf(entry)} ${entry.error_code || ''}`.toLowerCase().includes(this.text);
  }

  // Those that come meanwhile stay.
  async forget() {
    const known = [...store.requests];
    await remove('requests');
    forgetRequests(known);
  }

  draw() {
    if (!this.node.isConnected) return;
    const all = timeline().filter((entry) => this.fits(entry));
    const stick = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 40;
    const known = this.rows;
    this.rows = new Map();
    const rows = all.slice(-this.shown).map((entry) => this.keptRow(entry, known));
    if (all.length > this.shown) rows.unshift(this.older ??= el('li', {}, button(t('older'), () => { this.shown += pageSize; this.show(); })));
    if (!all.length) rows.push(el('li', { class: 'blank' }, icon('inspector'), el('p', {}, t(timeline().length ? 'nothingFound' : 'nothing'))));
    arrange(this.list, rows);
    if (stick) this.list.scrollTop = this.list.scrollHeight;
  }

  // Only what changed is drawn again.
  keptRow(entry, known) {
    const key = addressOf(entry);
    const mark = JSON.stringify([entry.status, notesOf(entry).length, depthOf(entry), this.chosen === entry]);
    const old = known.get(key);
    const node = old?.mark === mark ? old.node : revised(old?.node, this.row(entry));
    this.rows.set(key, { mark, node });
    return node;
  }

  row(entry) {
    const kind = kindOf(entry);
    const notes = notesOf(entry);
    const state = !isRequest(entry) ? '' : entry.status === 0 ? t('waiting') : entry.error_code || entry.status;
    return el('li', {}, el('button', {
      type: 'button', class: `row-entry of-${kind} depth-${depthOf(entry)} ${bad(entry) ? 'failed' : ''}`, test: `row-${kind}`, 'data-key': addressOf(entry), 'data-kind': entry.kind || entry.method,
      'aria-current': this.chosen === entry ? 'true' : undefined, onclick: () => this.choose(entry),
    }, el('span', { class: 'row-icon' }, icon(kind)), el('span', { class: 'row-text' }, el('b', {}, titleOf(entry)), el('small', {}, subtitleOf(entry))),
    notes.length > 0 && el('span', { class: 'note-mark', title: notes[0].text }, icon('warning')),
    entry.fault && el('span', { class: 'note-mark', title: entry.fault }, icon('faults')),
    el('span', { class: 'row-end' }, el('time', {}, clockText(entry.time, true)), state !== '' && el('span', { class: 'status' }, state))));
  }

  choose(entry) {
    const same = this.chosen === entry;
    this.chosen = entry;
    this.node.classList.toggle('chosen', Boolean(entry));
    if (!same) {
      this.whole = undefined;
      this.waits = entry && isRequest(entry);
      this.output = el('textarea', { class: 'code output', rows: 6, readonly: true, 'aria-label': t('withOutput'), test: 'copied-text', hidden: true });
    }
    this.changed(entry ? addressOf(entry) : 'inspector');
    this.show();
    this.showDetail();
    if (entry && isRequest(entry)) this.loadDetail();
  }

  // Says whether it is there.
  chooseAddress(kind, number) {
    const entry = (kind === 'call' ? store.byRequest : store.byEvent).get(number);
    if (entry) this.choose(entry);
    return Boolean(entry);
  }

  async loadNow() {
    const entry = this.chosen;
    if (!entry || !isRequest(entry)) return;
    const whole = await get(`requests/${entry.number}`).catch((failure) => failure);
    if (entry !== this.chosen) return;
    this.waits = false;
    this.failure = whole instanceof Error ? whole : undefined;
    if (!this.failure) this.whole = whole;
    this.showDetail();
  }

  // What comes later (effects, notes) stands below the buttons and does not move them.
  drawDetail() {
    const entry = this.chosen;
    if (!entry) {
      fill(this.detail, el('div', { class: 'blank' }, icon('inspector'), el('p', {}, t('pickEntry'))));
      return;
    }
    // Another entry is shown when it is loaded, at once.
    if (this.waits) return;
    if (this.drawn !== entry) this.detail.replaceChildren();
    this.drawn = entry;
    const head = el('div', { class: 'detail-head' }, iconButton('back', t('back'), () => this.choose(undefined), { class: 'icon-button to-timeline' }),
      el('h2', {}, titleOf(entry)), el('span', { class: `status ${bad(entry) ? 'failed' : ''}` }, `#${entry.number}`, isRequest(entry) && ` · ${entry.status}`, entry.error_code > 0 && ` · ${entry.error_code}`));
    const { whole } = this;
    fill(this.detail, head, whole && entry.method && this.tools(entry, whole), this.chain(entry),
      notesOf(entry).map((note) => el('p', { key: note.text, class: 'note', test: 'lint-note' }, icon('warning'), el('span', {}, el('b', {}, t('lintHint')), el('br'), note.text))),
      this.failure && isRequest(entry) && el('p', { class: 'hint' }, this.failure.status === 404 ? t('entryGone') : this.failure.message),
      whole ? this.requestDetail(whole) : code(pretty(entry), 'json'));
  }

  chain(entry) {
    const links = chainOf(entry);
    return links.length > 1 && el('div', { class: 'chain', test: 'chain' }, el('h3', {}, t('chain')), links.slice(0, mostLinks).map((link) =>
      el('button', { key: addressOf(link), type: 'button', class: `chain-link depth-${depthOf(link)}`, 'aria-current': link === entry ? 'true' : undefined, 'data-kind': link.kind || link.method, test: 'chain-link', onclick: () => this.choose(link) },
        icon(kindOf(link)), titleOf(link), el('time', {}, clockText(link.time, true)))),
    links.length > mostLinks && el('p', { class: 'hint' }, t('moreLinks', links.length - mostLinks)));
  }

  tools(entry, whole) {
    const { output } = this;
    const copier = (label, make, test) => button(label, () => attempt(async () => { output.value = await make(); output.hidden = false; copyText(output.value); }), { class: 'chip', test });
    return [el('div', { class: 'row' }, button(t('again'), () => this.again(entry), { test: 'again' }, 'again'), button(t('editAgain'), () => this.editAgain(whole), { test: 'edit-again' }, 'edit')),
      el('div', { class: 'row' }, el('small', {}, t('copyAs')), copier('curl', () => get(`requests/${entry.number}/curl`), 'copy-curl'), copier('vkxx', () => asVkxx(whole), 'copy-vkxx'), copier('C++', () => asCpp(whole), 'copy-cpp'), copier(t('test'), () => asTest(whole, answerOf(whole)), 'copy-test')), output];
  }

  requestDetail(whole) {
    const answer = whole.response?.body;
    const raw = [`${whole.http_method} ${whole.target}`, ...(whole.headers || []).map((pair) => pair.join(': ')), '', whole.request?.body || ''].join('\n');
    const rawAnswer = [`HTTP ${whole.status}`, ...(whole.response?.headers || []).map((pair) => pair.join(': '))].join('\n');
    const table = parametersOf(whole).length > 0 && el('table', { test: 'parameters' }, el('caption', {}, t('parameters')), parametersOf(whole).map(([name, value]) => el('tr', {}, el('th', { scope: 'row' }, name), el('td', {}, value))));
    return [table, el('h3', {}, t('response')), answer === undefined ? el('p', {}, t('entryGone')) : code(pretty(answer), 'response'),
      el('details', { key: 'request' }, el('summary', {}, t('request')), code(raw, 'raw-request')), el('details', { key: 'http' }, el('summary', {}, 'HTTP'), code(rawAnswer))];
  }

  again(entry, changes = {}) {
    return attempt(async () => {
      const made = await post(`requests/${entry.number}/again`, { changes });
      const left = () => entry.number !== this.chosen?.number || !isRequest(this.chosen);
      // The feed may have brought it before the answer came; a new world will never bring it. Whoever
      // went on to another entry stays there.
      const over = () => left() || this.chooseAddress('call', made.number);
      if (over()) return;
      const stop = listen((change) => { if (change.restarted || over()) stop(); });
    });
  }

  async editAgain(whole) {
    const text = parametersOf(whole).map(([name, value]) => `${name}=${value}`).join('\n');
    const answer = await ask(t('editAgain'), [el('p', {}, t('changesHint')), el('textarea', { name: 'text', rows: 10, class: 'code', value: text, 'aria-label': t('parameters'), test: 'changes' })], t('repeatChanged'));
    if (!answer) return;
    const changes = Object.fromEntries(parametersOf(whole).map(([name]) => [name, null]));
    for (const line of answer.text.replaceAll('\r', '').split('\n')) {
      const at = line.indexOf('=');
      if (at > 0) changes[line.slice(0, at)] = line.slice(at + 1);
    }
    this.again(whole, changes);
  }
}
