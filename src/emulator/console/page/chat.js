// The chat: columns of users, side by side.
import { post } from './api.js';
import { clients, Column } from './column.js';
import { ask, attempt, el, field, menu, select } from './dom.js';
import { listen, loadWorld, people, personName, store } from './store.js';
import { t } from './texts.js';

export class ChatView {
  constructor(changed) {
    this.changed = changed;
    this.columns = [];
    this.strip = el('div', { class: 'columns', test: 'columns' });
    this.node = el('div', { class: 'chat-view' }, this.strip);
    listen((change) => {
      if (change.world) for (const column of this.columns) this.showWorld(column);
      if (change.connection === 'live') for (const column of this.columns) column.retry();
      if (change.restarted) for (const column of this.columns) column.beginAgain();
      else if (change.events?.length) for (const column of this.columns) column.receive(change.events);
      if (change.lost && !change.restarted) for (const column of this.columns) column.catchUp();
    });
    this.ended = new AbortController();
    document.addEventListener('visibilitychange', () => this.show(), { signal: this.ended.signal });
  }

  // What came while nobody looked is read now.
  show() {
    for (const column of this.columns) column.markRead();
  }

  // Another view takes its place.
  end() {
    this.ended.abort();
    for (const column of this.columns) column.end();
  }

  // A reset removes users that were made.
  showWorld(column) {
    if (!store.people.has(column.person)) column.become(store.people.keys().next().value);
    column.showHead();
    column.showList();
  }

  restore(address) {
    let saved = [];
    try { saved = JSON.parse(localStorage.getItem('columns')) || []; } catch { /* The default is used. */ }
    if (address) saved = [address, ...saved.slice(1)];
    saved = saved.filter(([person]) => store.people.has(person));
    for (const [person, peer] of saved.length ? saved : [[1]]) this.addColumn(person, peer);
  }

  // An address that was followed within the page.
  go(person, peer) {
    const column = this.columns.find((item) => item.person === person) || this.columns[0];
    if (!store.people.has(person)) return;
    if (column.person !== person) column.become(person, peer);
    else if (column.peer !== peer) column.open(peer);
  }

  addColumn(person, peer) {
    const column = new Column(this, person, peer);
    this.columns.push(column);
    this.strip.append(column.node);
    this.save();
    column.node.scrollIntoView?.({ inline: 'end', block: 'nearest' });
  }

  close(column) {
    if (this.columns.length === 1) return;
    this.columns.splice(this.columns.indexOf(column), 1);
    column.end();
    column.node.remove();
    this.save();
  }

  save() {
    this.node.dataset.columns = this.columns.length;
    try { localStorage.setItem('columns', JSON.stringify(this.columns.map(({ person, peer }) => [person, peer]))); } catch { /* A private window. */ }
    const first = this.columns[0];
    if (first) this.changed(`chat/u${first.person}${first.peer ? `/${first.peer}` : ''}`);
  }

  addMenu(anchor) {
    const shown = new Set(this.columns.map((column) => column.person));
    const others = people().filter((user) => !shown.has(user.id)).slice(0, 40);
    menu(anchor, [[t('newPerson'), () => this.newPerson(), 'plus', 'menu-new-person'],
      ...others.map((user) => [personName(user), () => this.addColumn(user.id), 'people', `column-of-${user.id}`])]);
  }

  async newPerson() {
    const answer = await ask(t('newPerson'), [
      field(t('firstName'), el('input', { name: 'first_name', required: true, maxlength: 50, test: 'first-name' })),
      field(t('lastName'), el('input', { name: 'last_name', required: true, maxlength: 50, test: 'last-name' })),
      field(t('client'), select(clients.map((name) => [name, t(name)]), { name: 'client' }))], t('create'));
    if (!answer) return;
    await attempt(async () => {
      const made = await post('people', answer);
      await loadWorld();
      this.addColumn(made.id);
    });
  }

  // Alt and an arrow go to the conversation above or below.
  step(by) {
    const column = this.columns.find((item) => item.node.contains(document.activeElement)) || this.columns[0];
    const all = [...column.list.querySelectorAll('.entry')].map((node) => Number(node.dataset.peer));
    const next = all[(all.indexOf(column.peer) + by + all.length) % all.length];
    if (next) column.open(next);
  }
}
