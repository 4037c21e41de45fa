// One timeline of world events, API calls and polls, and what is known of each.
import { get, post, remove } from './api.js';
import { asCpp, asTest, asVkxx, parametersOf } from './copy.js';
import { arrange, ask, attempt, button, copyText, debounce, el, fill, icon, iconButton } from './dom.js';
import { chainOf, depthOf, isRequest, kindOf, listen, nameOf, store, timeline } from './store.js';
import { clockText, has, t } from './texts.js';

const kinds = ['event', 'call', 'poll'];
const pageSize = 200;

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
const notesOf = (entry) => (isRequest(entry) ? store.lint.filter((note) => note.request === entry.number) : []);
const addressOf = (entry) => `${isRequest(entry) ? 'call' : 'event'}/${entry.number}`;

function pretty(text) {
  try {
    return JSON.stringify(typeof text === 'string' ? JSON.parse(text) : text, null, 2);
  } catch {
    return text;
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
    this.build();
    this.refresh = debounce(() => this.show(), 60);
    this.lint = debounce(() => get('lint').then((answer) => { store.lint = answer.items || []; this.show(); if (this.chosen && notesOf(this.chosen).length) this.showDetail(); }, () => {}), 400);
    listen((change) => {
      if (change.connection) return;
      this.refresh();
      if (!this.small && change.requests?.length) this.lint();
    });
    this.show();
  }

  build() {
    this.searchField = el('input', { type: 'search', class: 'search', placeholder: t('searchTimeline'), 'aria-label': t('search'), test: 'timeline-search', oninput: () => { this.text = this.searchField.value.toLowerCase(); this.show(); } });
    this.chips = el('div', { class: 'filters', role: 'group', 'aria-label': t('filters') }, kinds.map((kind) => this.chip(kind, t(`${kind}s`))), this.chip('only-bad', t('errors')), this.chip('only-notes', t('warnings')));
    this.list = el('ol', { class: 'timeline', test: 'timeline' });
    this.detail = el('div', { class: 'detail', test: 'detail', 'aria-live': 'polite' });
    const tools = el('div', { class: 'inspector-tools' }, this.searchField,
      iconButton('remove', t('clearRequests'), () => attempt(async () => { await remove('requests'); store.requests.length = 0; store.byRequest.clear(); this.show(); }), { test: 'clear' }));
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

  show() {
    if (!this.node.isConnected) return;
    const all = timeline().filter((entry) => this.fits(entry));
    const stick = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 40;
    const known = this.rows;
    this.rows = new Map();
    const rows = all.slice(-this.shown).map((entry) => this.keptRow(entry, known));
    if (all.length > this.shown) rows.unshift(el('li', {}, button(t('older'), () => { this.shown += pageSize; this.show(); })));
    if (!all.length) rows.push(el('li', { class: 'blank' }, icon('inspector'), el('p', {}, t(timeline().length ? 'nothingFound' : 'nothing'))));
    arrange(this.list, rows);
    if (stick) this.list.scrollTop = this.list.scrollHeight;
  }

  // Only what changed is drawn again.
  keptRow(entry, known) {
    const key = addressOf(entry);
    const mark = JSON.stringify([entry.status, notesOf(entry).length, depthOf(entry), this.chosen === entry]);
    const old = known.get(key);
    const node = old?.mark === mark ? old.node : this.row(entry);
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
    this.chosen = entry;
    this.changed(addressOf(entry));
    this.node.classList.add('chosen');
    this.show();
    this.showDetail();
  }

  chooseAddress(kind, number) {
    const entry = (kind === 'call' ? store.byRequest : store.byEvent).get(number);
    if (entry) this.choose(entry);
  }

  async showDetail() {
    const entry = this.chosen;
    if (!entry) return fill(this.detail, el('div', { class: 'blank' }, icon('inspector'), el('p', {}, t('pickEntry'))));
    const whole = isRequest(entry) ? await get(`requests/${entry.number}`).catch(() => undefined) : undefined;
    if (entry !== this.chosen) return undefined;
    const head = el('div', { class: 'detail-head' }, iconButton('back', t('back'), () => { this.node.classList.remove('chosen'); this.chosen = undefined; this.show(); this.showDetail(); }, { class: 'icon-button to-timeline' }),
      el('h2', {}, titleOf(entry)), el('span', { class: `status ${bad(entry) ? 'failed' : ''}` }, `#${entry.number}`, isRequest(entry) && ` · ${entry.status}`, entry.error_code > 0 && ` · ${entry.error_code}`));
    fill(this.detail, head, this.chain(entry), notesOf(entry).map((note) => el('p', { class: 'note', test: 'lint-note' }, icon('warning'), el('span', {}, el('b', {}, t('lintHint')), el('br'), note.text))),
      isRequest(entry) ? this.requestDetail(entry, whole) : code(pretty(entry), 'json'));
    return undefined;
  }

  chain(entry) {
    const links = chainOf(entry);
    return links.length > 1 && el('div', { class: 'chain', test: 'chain' }, el('h3', {}, t('chain')), links.slice(0, 40).map((link) =>
      el('button', { type: 'button', class: `chain-link depth-${depthOf(link)}`, 'aria-current': link === entry ? 'true' : undefined, 'data-kind': link.kind || link.method, test: 'chain-link', onclick: () => this.choose(link) },
        icon(kindOf(link)), titleOf(link), el('time', {}, clockText(link.time, true)))));
  }

  requestDetail(entry, whole) {
    if (!whole) return code(pretty(entry), 'json');
    const answer = whole.response?.body;
    let response;
    try { response = JSON.parse(answer).response; } catch { /* Not every answer is JSON. */ }
    const output = el('textarea', { class: 'code output', rows: 6, readonly: true, 'aria-label': t('withOutput'), test: 'copied-text', hidden: true });
    const copier = (label, make, test) => button(label, () => attempt(async () => { output.value = await make(); output.hidden = false; copyText(output.value); }), { class: 'chip', test });
    const raw = [`${whole.http_method} ${whole.target}`, ...(whole.headers || []).map((pair) => pair.join(': ')), '', whole.request?.body || ''].join('\n');
    const rawAnswer = [`HTTP ${whole.status}`, ...(whole.response?.headers || []).map((pair) => pair.join(': '))].join('\n');
    const table = parametersOf(whole).length > 0 && el('table', { test: 'parameters' }, el('caption', {}, t('parameters')), parametersOf(whole).map(([name, value]) => el('tr', {}, el('th', { scope: 'row' }, name), el('td', {}, value))));
    return [entry.method && [el('div', { class: 'row' }, button(t('again'), () => this.again(entry), { test: 'again' }, 'again'), button(t('editAgain'), () => this.editAgain(whole), { test: 'edit-again' }, 'edit')),
      el('div', { class: 'row' }, el('small', {}, t('copyAs')), copier('curl', () => get(`requests/${entry.number}/curl`), 'copy-curl'), copier('vkxx', () => asVkxx(whole), 'copy-vkxx'), copier('C++', () => asCpp(whole), 'copy-cpp'), copier(t('test'), () => asTest(whole, response), 'copy-test')), output],
    table, el('h3', {}, t('response')), answer === undefined ? el('p', {}, t('entryGone')) : code(pretty(answer), 'response'),
    el('details', {}, el('summary', {}, t('request')), code(raw, 'raw-request')), el('details', {}, el('summary', {}, 'HTTP'), code(rawAnswer))];
  }

  again(entry, changes = {}) {
    return attempt(async () => {
      const made = await post(`requests/${entry.number}/again`, { changes });
      // The feed may have brought it before the answer came; a new world will never bring it.
      const chosen = () => {
        const other = store.byRequest.get(made.number);
        if (other) this.choose(other);
        return other;
      };
      if (chosen()) return;
      const stop = listen((change) => { if (change.restarted || chosen()) stop(); });
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
