// Columns of the chat: each is one user with conversations and an open one.
import { asPerson, get, post } from './api.js';
import { Composer } from './composer.js';
import { arrange, ask, attempt, avatar, button, copyText, debounce, el, field, fill, icon, iconButton, menu, notify, select } from './dom.js';
import { attachmentName, buttonKey, externalLink, keyboardView, messageView, reactions } from './message.js';
import { chatBase, learn, listen, loadWorld, mostListed, nameOf, people, personName, store } from './store.js';
import { clockText, dayText, t } from './texts.js';

const clients = ['full', 'no_callback', 'no_inline', 'no_carousel', 'no_keyboard'];
const pageSize = 60;
// Of a conversation that is read at its end; the rest comes with scrolling.
const mostShown = 600;
const mostAsked = 100;

function preview(message) {
  if (!message) return '';
  if (message.action) return message.action.text || '…';
  return message.text || attachmentName(message);
}

class Column {
  constructor(view, person, peer) {
    this.view = view;
    this.person = person;
    this.conversations = [];
    this.spinning = new Map();
    this.typing = new Map();
    this.search = '';
    this.composer = new Composer(() => this, () => { this.keyboardHidden = !this.keyboardHidden; this.showKeyboard(); });
    this.build();
    this.refresh = debounce(() => this.loadConversations(), 40);
    this.loadConversations();
    if (peer) this.open(peer);
    else this.showChat();
  }

  build() {
    this.head = el('div', { class: 'column-head' });
    this.list = el('nav', { class: 'conversations', 'aria-label': t('conversations'), test: 'conversations' });
    this.searchField = el('input', { type: 'search', class: 'search', placeholder: t('search'), 'aria-label': t('search'), test: 'conversation-search', oninput: () => { this.search = this.searchField.value.toLowerCase(); this.showList(); } });
    this.chatHead = el('div', { class: 'chat-head' });
    this.pinned = el('div', { class: 'pinned' });
    this.log = el('div', { class: 'log', role: 'log', 'aria-label': t('messages'), tabindex: '0', test: 'log' });
    this.newest = iconButton('back', t('newMessages'), () => this.toBottom(), { class: 'to-newest icon-button', hidden: true });
    // Pictures that load and a keyboard that appears leave the newest message in sight.
    this.stuck = true;
    new ResizeObserver(() => this.stay()).observe(this.log);
    this.log.addEventListener('load', () => this.stay(), true);
    this.log.addEventListener('scroll', () => {
      this.stuck = this.atBottom();
      this.newest.hidden = this.stuck;
      if (this.log.scrollTop < 40 && this.hasOlder) this.loadOlder();
    });
    this.typingLine = el('div', { class: 'typing', 'aria-live': 'polite', test: 'typing' });
    this.keys = el('div', { class: 'lower-keys' });
    this.snacks = el('div', { class: 'snacks', role: 'status', 'aria-live': 'polite' });
    this.chat = el('div', { class: 'chat' }, this.chatHead, this.pinned, el('div', { class: 'log-box' }, this.log, this.newest, this.snacks), this.typingLine, this.composer.node, this.keys);
    this.blank = el('div', { class: 'blank' });
    this.side = el('div', { class: 'side' }, el('div', { class: 'side-head' }, this.searchField,
      iconButton('plus', t('newChat'), () => this.newChat(), { test: 'new-chat' })), this.list);
    this.node = el('section', { class: 'column', test: 'column', 'aria-label': nameOf(this.person) }, this.head,
      el('div', { class: 'panes' }, this.side, this.blank, this.chat));
    this.allowDrop();
    this.showHead();
  }

  allowDrop() {
    const over = (event) => { event.preventDefault(); this.chat.dataset.drop = t('drop'); };
    const leave = () => delete this.chat.dataset.drop;
    this.chat.addEventListener('dragover', over);
    this.chat.addEventListener('dragleave', leave);
    this.chat.addEventListener('drop', (event) => {
      event.preventDefault();
      leave();
      this.composer.addFiles(event.dataTransfer.files);
    });
    this.composer.field.addEventListener('paste', (event) => {
      if (event.clipboardData.files.length) this.composer.addFiles(event.clipboardData.files);
    });
  }

  get client() { return store.people.get(this.person)?.client || 'full'; }

  showHead() {
    const who = select(people(this.person).map((user) => [user.id, personName(user)]), { 'aria-label': t('person'), test: 'person', onchange: () => this.become(Number(who.value)) }, this.person);
    const client = select(clients.map((name) => [name, t(name)]), {
      'aria-label': t('client'), title: t('client'), class: 'client', test: 'client',
      onchange: () => attempt(async () => { await post(`people/${this.person}`, { client: client.value }); await loadWorld(); this.redraw(); }),
    }, this.client);
    fill(this.head, avatar(this.person, nameOf(this.person)), el('div', { class: 'who' }, who, client),
      iconButton('split', t('newColumn'), (event) => this.view.addMenu(event.currentTarget), { test: 'add-column' }),
      iconButton('more', t('actAs'), (event) => this.personMenu(event.currentTarget), { test: 'person-menu' }),
      iconButton('close', t('closeColumn'), () => this.view.close(this), { test: 'close-column' }));
  }

  become(person) {
    this.person = person;
    this.conversations = [];
    this.spinning.clear();
    this.node.setAttribute('aria-label', nameOf(person));
    this.showHead();
    this.loadConversations();
    this.open(undefined);
  }

  personMenu(anchor) {
    const act = (action, body) => () => attempt(() => asPerson(this.person, action, body));
    const group = this.peer < 0 ? -this.peer : 0;
    menu(anchor, [
      [t('newPerson'), () => this.view.newPerson(), 'plus', 'menu-new-person'],
      [t('newChat'), () => this.newChat(), 'people', 'menu-new-chat'],
      [t('newCommunity'), () => this.newCommunity(), 'plus', 'menu-new-community'],
      group && [t('allow'), act('allow', { community: group }), 'check', 'allow'],
      group && [t('deny'), act('deny', { community: group }), 'close', 'deny'],
      group && [t('joinGroup'), act('join', { community: group }), 'plus', 'join'],
      group && [t('leaveGroup'), act('leave', { community: group }), 'back', 'leave'],
    ]);
  }

  async newCommunity() {
    const answer = await ask(t('newCommunity'), field(t('name'), el('input', { name: 'name', required: true, maxlength: 100, test: 'community-name' })), t('create'));
    const made = answer && await attempt(() => post('communities', { name: answer.name, admins: [this.person] }));
    if (!made) return;
    await loadWorld();
    ask(`${answer.name} (${made.id})`, field('token', el('textarea', { class: 'code', rows: 4, readonly: true, value: made.token, test: 'community-token' })));
    this.open(-made.id);
  }

  async newChat() {
    const others = [...people().map((user) => user.id).filter((id) => id !== this.person), ...[...store.communities.keys()].slice(0, mostListed).map((id) => -id)];
    const answer = await ask(t('newChat'), [field(t('title'), el('input', { name: 'title', required: true, maxlength: 100, test: 'chat-title' })),
      el('div', { class: 'choices' }, others.map((id) => el('label', {}, el('input', { type: 'checkbox', name: `m${id}`, 'data-member': id }), avatar(id, nameOf(id), 'small'), nameOf(id))))], t('create'));
    if (!answer) return;
    const members = Object.keys(answer).filter((name) => name.startsWith('m')).map((name) => Number(name.slice(1)));
    const made = await attempt(() => post('chats', { owner: this.person, title: answer.title, members }));
    if (made) this.open(made.peer);
  }

  async loadConversations() {
    const person = this.person;
    const answer = await get(`people/${person}/conversations`).catch((failure) => notify(failure.message, 'bad'));
    if (!answer || person !== this.person) return;
    learn(answer);
    this.conversations = answer.items;
    this.showList();
  }

  conversationOf(peer) {
    return this.conversations.find((item) => item.conversation.peer.id === peer);
  }

  titleOf(peer) {
    if (peer < chatBase) return nameOf(peer);
    const settings = (peer === this.peer ? this.conversation : undefined)?.chat_settings || this.conversationOf(peer)?.conversation.chat_settings;
    return settings?.title || `#${peer - chatBase}`;
  }

  entry(peer, subtitle, item) {
    const unread = item?.conversation.unread_count;
    const title = this.titleOf(peer);
    return el('button', {
      type: 'button', class: 'entry', test: 'conversation', 'data-peer': peer, 'aria-current': peer === this.peer ? 'true' : undefined, onclick: () => this.open(peer),
    }, avatar(peer > chatBase ? peer : peer, title), el('span', { class: 'entry-text' },
      el('span', { class: 'entry-top' }, el('b', {}, title), item?.last_message && el('time', {}, clockText(item.last_message.date))),
      (subtitle || unread > 0) && el('span', { class: 'entry-bottom' }, el('span', {}, subtitle), unread > 0 && el('span', { class: 'badge', test: 'unread', 'aria-label': `${unread} ${t('unread')}` }, unread))));
  }

  showList() {
    const fits = (peer) => !this.search || this.titleOf(peer).toLowerCase().includes(this.search);
    const known = this.conversations.filter((item) => fits(item.conversation.peer.id));
    const seen = new Set(this.conversations.map((item) => item.conversation.peer.id));
    const fresh = [...[...store.communities.keys()].map((id) => -id), ...store.people.keys()]
      .filter((peer) => peer !== this.person && !seen.has(peer) && fits(peer) && !store.people.get(peer)?.deactivated).slice(0, mostListed);
    fill(this.list, known.map((item) => {
      const last = item.last_message;
      const own = last?.from_id === this.person ? `${t('you')}: ` : '';
      return this.entry(item.conversation.peer.id, own + preview(last), item);
    }), fresh.length > 0 && el('h3', {}, t('begin')), fresh.map((peer) => this.entry(peer, peer < 0 ? t('bot') : '')));
  }

  async open(peer) {
    this.peer = peer;
    this.messages = new Map();
    this.nodes = new Map();
    this.stale = new Set();
    this.hasOlder = false;
    this.conversation = undefined;
    this.typing.clear();
    this.showTyping();
    this.node.classList.toggle('opened', Boolean(peer));
    this.view.save();
    fill(this.log);
    this.stuck = true;
    this.composer.open(`${this.person}/${peer}`);
    this.showList();
    this.showChat();
    if (!peer) return;
    await this.loadMessages(`count=${pageSize}`, true);
    this.toBottom();
    this.markRead();
    if (matchMedia('(min-width: 700px)').matches) this.composer.field.focus();
  }

  // One at a time: an older answer must not replace a newer one. Resolves with whether it came.
  loadMessages(query, whole) {
    const { person, peer } = this;
    const loaded = (this.loading || Promise.resolve()).then(() => this.loadNow(query, whole, person, peer));
    this.loading = loaded.catch(reportError);
    return this.loading;
  }

  async loadNow(query, whole, person, peer) {
    const left = () => person !== this.person || peer !== this.peer;
    if (left()) return true;
    const answer = await get(`people/${person}/conversations/${peer}/messages?${query}`).catch((failure) => notify(failure.message, 'bad'));
    if (!answer || left()) return left();
    learn(answer);
    this.conversation = answer.conversation;
    this.chatMembers = answer.members;
    if (whole || query.includes('before')) this.hasOlder = answer.items.length >= pageSize;
    const asked = /cmids=([\d,]+)/.exec(query);
    for (const cmid of asked ? asked[1].split(',') : []) this.messages.delete(Number(cmid));
    for (const message of answer.items) this.messages.set(message.conversation_message_id, message);
    this.dropOldest();
    this.showChat();
    return true;
  }

  dropOldest() {
    if (!this.stuck || this.messages.size <= mostShown) return;
    const cmids = [...this.messages.keys()].sort((a, b) => a - b);
    for (const cmid of cmids.slice(0, -mostShown)) {
      this.messages.delete(cmid);
      this.nodes.delete(cmid);
    }
    this.hasOlder = true;
  }

  async loadOlder() {
    if (this.loadingOlder) return;
    this.loadingOlder = true;
    const height = this.log.scrollHeight;
    await this.loadMessages(`count=${pageSize}&before=${Math.min(...this.messages.keys())}`);
    this.loadingOlder = false;
    this.log.scrollTop += this.log.scrollHeight - height;
  }

  atBottom() { return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 60; }
  stay() { if (this.stuck) this.toBottom(); }
  toBottom() { this.log.scrollTop = this.log.scrollHeight; this.stuck = true; }

  markRead() {
    if (!this.conversation?.unread_count || document.hidden) return;
    asPerson(this.person, 'read', { to: this.peer }).catch(() => {});
  }

  redraw() {
    this.nodes?.clear();
    this.showHead();
    this.showList();
    this.showChat();
  }

  showChat() {
    this.chat.hidden = !this.peer;
    this.blank.hidden = Boolean(this.peer);
    if (!this.peer) {
      fill(this.blank, icon('chat'), el('h2', {}, t('choose')), el('p', {}, t('chooseHint')));
      return;
    }
    const settings = this.conversation?.chat_settings;
    const subtitle = settings ? t('members', settings.members_count) : this.peer < 0 ? t('bot') : '';
    fill(this.chatHead, iconButton('back', t('back'), () => this.open(undefined), { class: 'icon-button to-list', test: 'back' }), avatar(this.peer, this.titleOf(this.peer)),
      el('span', { class: 'chat-title' }, el('b', { test: 'chat-title' }, this.titleOf(this.peer)), el('small', {}, subtitle)),
      settings && iconButton('people', t('invite'), (event) => this.chatMenu(event.currentTarget), { test: 'chat-menu' }));
    const pinned = settings?.pinned_message;
    fill(this.pinned, pinned && [icon('pin'), el('span', { test: 'pinned' }, el('b', {}, t('pinned')), preview(pinned)), iconButton('close', t('unpin'), () => this.act('pin', { cmid: 0 }))]);
    this.showMessages();
    this.showKeyboard();
  }

  showMessages() {
    const outRead = this.conversation?.out_read_cmid ?? 0;
    const view = {
      person: this.person, peer: this.peer, client: this.client, outRead, spinning: this.spinning,
      press: (...key) => this.press(...key), react: (message, id) => this.act('react', { cmid: message.conversation_message_id, reaction_id: id }),
      openMenu: (message, anchor) => this.messageMenu(message, anchor),
    };
    const order = [...this.messages.values()].sort((a, b) => a.conversation_message_id - b.conversation_message_id);
    const drawn = [];
    let before;
    for (const message of order) {
      const day = dayText(message.date);
      if (!before || dayText(before.date) !== day) drawn.push(this.dayNode(day));
      drawn.push(this.nodeOf(message, view, before));
      before = message;
    }
    if (!order.length && this.conversation) drawn.push(this.emptyChat());
    arrange(this.log, drawn);
    this.stay();
  }

  dayNode(day) {
    const known = this.nodes.get(day) || el('div', { class: 'day' }, day);
    this.nodes.set(day, known);
    return known;
  }

  // Only what changed is drawn again, so that a playing voice and a focus stay.
  nodeOf(message, view, before) {
    const cmid = message.conversation_message_id;
    const waits = [...this.spinning.keys()].filter((key) => key.startsWith(`${cmid}/`)).join();
    const mark = JSON.stringify(message) + waits + view.client + (message.from_id === this.person && cmid <= view.outRead);
    const known = this.nodes.get(cmid);
    const node = known?.mark === mark ? known.node : messageView(message, view);
    this.nodes.set(cmid, { mark, node });
    const follows = before && !before.action && before.from_id === message.from_id && message.date - before.date < 300;
    node.classList.toggle('follows', Boolean(follows));
    return node;
  }

  emptyChat() {
    return el('div', { class: 'blank' }, icon('chat'), el('p', {}, t('empty')),
      this.peer < 0 && button(t('startButton'), () => this.act('say', { text: t('startButton'), payload: { command: 'start' } }), { class: 'button primary', test: 'start-button' }));
  }

  showKeyboard() {
    const keyboard = this.conversation?.current_keyboard;
    const shown = keyboard?.buttons?.length && this.client !== 'no_keyboard';
    this.composer.keyboardButton.hidden = !shown;
    fill(this.keys, shown && !this.keyboardHidden && keyboardView(keyboard, 0, this.spinning, (...key) => this.press(0, ...key)));
  }

  act(action, body) {
    return attempt(() => asPerson(this.person, action, { to: this.peer, ...body }));
  }

  press(cmid, row, column, element, key) {
    const place = buttonKey(cmid, row, column, element);
    if (this.spinning.has(place)) return;
    if (key.action.type === 'open_link') this.linkCard(key.action.link, t('linkFromBot'));
    attempt(async () => {
      const body = { to: this.peer, row, column };
      if (cmid) body.cmid = cmid;
      if (element !== undefined) body.element = element;
      const made = await asPerson(this.person, 'press', body);
      if (!made.event_id || this.answered?.has(made.event_id)) return;
      this.spinning.set(place, made.event_id);
      this.showChat();
    });
  }

  stopSpinner(id) {
    this.answered = (this.answered || new Set()).add(id);
    for (const [place, waiting] of this.spinning) if (waiting === id) this.spinning.delete(place);
    if (this.peer) this.showChat();
  }

  snack(...content) {
    const node = el('div', { class: 'snack', test: 'snackbar' }, content);
    this.snacks.append(node);
    setTimeout(() => node.remove(), 10000);
  }

  linkCard(address, title) {
    this.snack(el('span', {}, el('b', {}, title), el('br'), address), externalLink(address, t('open'), { class: 'button' }));
  }

  showAnswer(details) {
    this.stopSpinner(details.event_id);
    let answer = details.event_data;
    if (typeof answer === 'string') try { answer = JSON.parse(answer); } catch { answer = undefined; }
    if (answer?.type === 'show_snackbar') this.snack(answer.text);
    if (answer?.type === 'open_link') this.linkCard(answer.link, t('linkFromBot'));
    if (answer?.type === 'open_app') this.linkCard(`https://vk.com/app${answer.app_id}#${answer.hash || ''}`, t('appFromBot'));
  }

  messageMenu(message, anchor) {
    const cmid = message.conversation_message_id;
    const own = message.from_id === this.person;
    const row = el('div', { class: 'menu-reactions' }, reactions.slice(0, 8).map((sign, at) =>
      el('button', { type: 'button', test: `react-${at + 1}`, 'aria-label': `${t('react')} ${sign}`, onclick: () => { close(); this.act('react', { cmid, reaction_id: at + 1 }); } }, sign)));
    const close = menu(anchor, [
      [t('reply'), () => this.composer.reply(message), 'reply', 'menu-reply'],
      [t('forward'), () => { this.composer.forward(message, this.peer); this.open(undefined); }, 'callback', 'menu-forward'],
      own && [t('edit'), () => this.composer.edit(message), 'edit', 'menu-edit'],
      this.peer > chatBase && [t('pin'), () => this.act('pin', { cmid }), 'pin', 'menu-pin'],
      message.text && [t('copyText'), () => copyText(message.text), 'copy', 'menu-copy'],
      [t('showJson'), () => this.showJson(message), 'inspector', 'menu-json'],
      [t('del'), () => this.act('delete', { cmid, for_all: false }), 'remove', 'menu-delete'],
      own && [t('delAll'), () => this.act('delete', { cmid, for_all: true }), 'remove', 'menu-delete-all'],
    ], row);
  }

  showJson(message) {
    ask(t('showJson'), el('pre', { class: 'code', tabindex: '0' }, JSON.stringify(message, null, 2)));
  }

  chatMenu(anchor) {
    const members = (this.chatMembers || []).map((item) => item.member_id ?? item);
    const seated = new Set(members);
    const outside = [...store.communities.keys()].slice(0, mostListed).map((id) => -id).concat(people().map((user) => user.id)).filter((id) => !seated.has(id));
    const invite = async () => {
      const answer = await ask(t('invite'), [el('p', {}, members.slice(0, mostListed).map((id) => nameOf(id)).join(', '), members.length > mostListed && '…'), field(t('person'), select(outside.map((id) => [id, nameOf(id)]), { name: 'member', test: 'invite-member' }))], t('invite'));
      if (answer) this.act('invite', { member: Number(answer.member) });
    };
    menu(anchor, [[t('invite'), invite, 'plus', 'invite'], [t('leave'), () => this.act('leave'), 'back', 'leave-chat']]);
  }

  showTyping() {
    const writers = [...this.typing.keys()].map((id) => nameOf(id, true)).join(', ');
    const voice = [...this.typing.values()].some((item) => item.kind === 'audiomessage');
    fill(this.typingLine, writers && [el('i', { class: 'dots' }), t(voice ? 'recordsVoice' : 'types', writers)]);
  }

  someoneTypes(event) {
    clearTimeout(this.typing.get(event.actor)?.timer);
    const timer = setTimeout(() => { this.typing.delete(event.actor); this.showTyping(); }, 7000);
    this.typing.set(event.actor, { kind: event.details?.type, timer });
    this.showTyping();
  }

  // The events of a batch that concern the person.
  receive(events) {
    const cmids = new Set();
    let touched = false;
    for (const event of events) {
      const peer = event.peers?.[this.person];
      const id = event.details?.event_id;
      if (event.kind === 'press_answered' && event.subject === this.person) this.showAnswer(event.details);
      if (event.kind === 'press_expired' && [...this.spinning.values()].includes(id)) {
        this.stopSpinner(id);
        this.snack(t('noAnswer'));
      }
      if (peer === undefined) continue;
      touched = true;
      if (peer !== this.peer) continue;
      if (event.kind === 'typing') {
        if (event.actor !== this.person) this.someoneTypes(event);
        continue;
      }
      if (event.kind === 'message_sent' && this.typing.delete(event.actor)) this.showTyping();
      cmids.add(event.cmid || 0);
    }
    if (touched) this.refresh();
    if (cmids.size) this.update(cmids);
  }

  async catchUp() {
    this.refresh();
    if (!this.peer) return;
    await this.loadMessages(`count=${pageSize}`);
    await this.update([]);
  }

  // Older ones come with scrolling: one of them alone would stand before a gap.
  isOlder(cmid) {
    const shown = this.messages;
    return this.hasOlder && shown.size > 0 && cmid > 0 && !shown.has(cmid) && cmid < Math.min(...shown.keys());
  }

  async update(cmids) {
    for (const cmid of cmids) this.stale.add(cmid);
    if (this.updating) return;
    this.updating = true;
    while (this.peer && this.stale.size) {
      const next = [...this.stale].slice(0, mostAsked);
      for (const cmid of next) this.stale.delete(cmid);
      if (await this.loadMessages(`cmids=${next.map((cmid) => (this.isOlder(cmid) ? 0 : cmid)).join(',')}`)) continue;
      // Asked for again when the connection is back, or with the next event.
      for (const cmid of next) this.stale.add(cmid);
      break;
    }
    this.updating = false;
    this.markRead();
  }
}

export class ChatView {
  constructor(changed) {
    this.changed = changed;
    this.columns = [];
    this.strip = el('div', { class: 'columns', test: 'columns' });
    this.node = el('div', { class: 'chat-view' }, this.strip);
    listen((change) => {
      if (change.world) for (const column of this.columns) this.showWorld(column);
      // What failed to load while the connection was lost.
      if (change.connection === 'live') for (const column of this.columns) column.catchUp();
      if (change.restarted) for (const column of this.columns) column.become(column.person);
      else if (change.events?.length) for (const column of this.columns) column.receive(change.events);
    });
    document.addEventListener('visibilitychange', () => this.node.isConnected && this.columns.forEach((column) => column.peer && column.markRead()));
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
    const made = await attempt(() => post('people', answer));
    if (!made) return;
    await loadWorld();
    this.addColumn(made.id);
  }

  // Alt and an arrow go to the conversation above or below.
  step(by) {
    const column = this.columns.find((item) => item.node.contains(document.activeElement)) || this.columns[0];
    const all = [...column.list.querySelectorAll('.entry')].map((node) => Number(node.dataset.peer));
    const next = all[(all.indexOf(column.peer) + by + all.length) % all.length];
    if (next) column.open(next);
  }
}
