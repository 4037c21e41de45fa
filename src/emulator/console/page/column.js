// A column of the chat: one user with conversations, and an open one.
import { asPerson, get, post } from './api.js';
import { Composer } from './composer.js';
import { Conversation } from './conversation.js';
import { arrange, ask, attempt, avatar, button, copyText, el, field, fill, icon, iconButton, menu, notify, revised, select } from './dom.js';
import { attachmentName, buttonKey, externalLink, keyboardView, messageView, reactions, withoutMarks } from './message.js';
import { calm, inTurn, soon, whenUp } from './pace.js';
import { chatBase, learn, loadWorld, mostListed, nameOf, people, personName, store } from './store.js';
import { clockText, dayText, t } from './texts.js';

export const clients = ['full', 'no_callback', 'no_inline', 'no_carousel', 'no_keyboard'];
const mostAnswered = 100;
const mostSnacks = 4;

function preview(message) {
  if (!message) return '';
  if (message.action) return message.action.text || '…';
  return withoutMarks(message.text) || attachmentName(message);
}

export class Column {
  constructor(view, person, peer) {
    this.view = view;
    this.person = person;
    this.conversations = [];
    this.waits = new Map();
    this.answered = new Set();
    this.typing = new Map();
    this.nodes = new Map();
    this.search = '';
    for (const part of ['Head', 'List', 'Chat', 'Typing', 'Keyboard']) this[`show${part}`] = calm(() => this[`draw${part}`]());
    this.loadConversations = inTurn(() => this.loadList());
    this.composer = new Composer(() => this, () => { this.keyboardHidden = !this.keyboardHidden; this.showKeyboard(); });
    this.build();
    this.refresh = soon(this.loadConversations, 40);
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
    this.sizes = new ResizeObserver(() => this.stay());
    this.sizes.observe(this.log);
    this.notePlace();
    this.log.addEventListener('scroll', () => {
      this.noteScroll();
      this.newest.hidden = this.stuck;
      if (this.log.scrollTop < 40) this.conversation?.loadOlder();
      if (this.stuck) this.continueToNewest();
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

  // Nothing of it is shown any more.
  end() {
    this.ended = true;
    this.conversation?.close();
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

  drawHead() {
    const who = select(people(this.person).map((user) => [user.id, personName(user)]), { 'aria-label': t('person'), test: 'person', onchange: (event) => this.become(Number(event.target.value)) }, this.person);
    const client = select(clients.map((name) => [name, t(name)]), {
      'aria-label': t('client'), title: t('client'), class: 'client', test: 'client', onchange: (event) => this.setClient(event.target),
    }, this.client);
    fill(this.head, avatar(this.person, nameOf(this.person)), el('div', { class: 'who' }, who, client),
      iconButton('split', t('newColumn'), (event) => this.view.addMenu(event.currentTarget), { test: 'add-column' }),
      iconButton('more', t('actAs'), (event) => this.personMenu(event.currentTarget), { test: 'person-menu' }),
      iconButton('close', t('closeColumn'), () => this.view.close(this), { test: 'close-column' }));
  }

  setClient(list) {
    return attempt(async () => {
      try {
        await post(`people/${this.person}`, { client: list.value });
        await loadWorld();
        this.redraw();
      } finally {
        // A change that was refused is not shown.
        list.value = this.client;
      }
    });
  }

  become(person, peer) {
    this.person = person;
    this.conversations = [];
    this.waits.clear();
    this.node.setAttribute('aria-label', nameOf(person));
    this.showHead();
    this.loadConversations();
    this.open(peer);
  }

  // Another world has begun: numbers of messages and of chats start again.
  beginAgain() {
    const person = store.people.has(this.person) ? this.person : store.people.keys().next().value;
    const there = this.peer < 0 ? store.communities.has(-this.peer) : store.people.has(this.peer);
    this.become(person, there ? this.peer : undefined);
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
    const made = answer && await attempt(async () => {
      const community = await post('communities', { name: answer.name, admins: [this.person] });
      await loadWorld();
      return community;
    });
    if (!made) return;
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

  async loadList() {
    const { person } = this;
    const answer = await get(`people/${person}/conversations`).catch((failure) => { if (!this.ended) notify(failure.message, 'bad'); });
    if (!answer || this.ended || person !== this.person) return;
    learn(answer);
    this.conversations = answer.items;
    this.showList();
  }

  conversationOf(peer) {
    return this.conversations.find((item) => item.conversation.peer.id === peer);
  }

  titleOf(peer) {
    if (peer < chatBase) return nameOf(peer);
    const settings = (peer === this.peer ? this.conversation?.info : undefined)?.chat_settings || this.conversationOf(peer)?.conversation.chat_settings;
    return settings?.title || `#${peer - chatBase}`;
  }

  entry(peer, subtitle, item) {
    const unread = item?.conversation.unread_count;
    const title = this.titleOf(peer);
    return el('button', {
      key: peer, type: 'button', class: 'entry', test: 'conversation', 'data-peer': peer, 'aria-current': peer === this.peer ? 'true' : undefined, onclick: () => this.open(peer),
    }, avatar(peer, title), el('span', { class: 'entry-text' },
      el('span', { class: 'entry-top' }, el('b', {}, title), item?.last_message && el('time', {}, clockText(item.last_message.date))),
      (subtitle || unread > 0) && el('span', { class: 'entry-bottom' }, el('span', {}, subtitle), unread > 0 && el('span', { class: 'badge', test: 'unread', 'aria-label': `${unread} ${t('unread')}` }, unread))));
  }

  drawList() {
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
    this.conversation?.close();
    const conversation = peer && new Conversation(this.person, peer, () => this.showChat(), () => this.stuck);
    this.conversation = conversation;
    this.peer = peer;
    this.nodes = new Map();
    for (const { timer } of this.typing.values()) clearTimeout(timer);
    this.typing.clear();
    this.node.classList.toggle('opened', Boolean(peer));
    this.view.save();
    this.log.replaceChildren();
    this.stuck = true;
    this.composer.open(`${this.person}/${peer}`);
    this.showTyping();
    this.showList();
    this.showChat();
    if (!conversation) return;
    const focused = document.activeElement;
    await conversation.loadNewest();
    if (conversation.closed) return;
    this.toBottom();
    this.markRead();
    // Whoever went on to something else meanwhile stays there.
    if (matchMedia('(min-width: 700px)').matches && document.activeElement === focused) this.composer.field.focus();
  }

  async continueToNewest() {
    const { conversation } = this;
    if (!conversation?.hasNewer) return;
    await conversation.loadNewest();
    if (!conversation.closed) this.toBottom();
  }

  atBottom() { return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 60; }
  stay() { if (this.stuck) this.toBottom(); }
  toBottom() { this.moveTo(this.log.scrollHeight); this.stuck = true; }
  moveTo(top) { this.log.scrollTop = top; this.notePlace(); }
  notePlace() { this.place = { top: this.log.scrollTop, whole: this.log.scrollHeight, seen: this.log.clientHeight }; }

  // The browser moves a list that became shorter, and says so when it may be long again. Only a
  // move up in a list of the same size is a person's, by more than a part of a pixel.
  noteScroll() {
    const { scrollTop, scrollHeight, clientHeight } = this.log;
    const same = scrollHeight === this.place.whole && clientHeight === this.place.seen;
    if (this.atBottom()) this.stuck = true;
    else if (same && scrollTop < this.place.top - 1) this.stuck = false;
    else if (!same) this.stay();
    if (!same || Math.abs(scrollTop - this.place.top) > 1) this.notePlace();
  }

  // What nobody looks at is not read.
  markRead() {
    if (!this.conversation?.info?.unread_count || document.hidden || !this.chat.checkVisibility()) return;
    asPerson(this.person, 'read', { to: this.peer }).catch(() => {});
  }

  redraw() {
    this.showHead();
    this.showList();
    this.showChat();
  }

  drawChat() {
    this.chat.hidden = !this.peer;
    this.blank.hidden = Boolean(this.peer);
    if (!this.peer) {
      fill(this.blank, icon('chat'), el('h2', {}, t('choose')), el('p', {}, t('chooseHint')));
      return;
    }
    const settings = this.conversation.info?.chat_settings;
    const subtitle = settings ? t('members', settings.members_count) : this.peer < 0 ? t('bot') : '';
    fill(this.chatHead, iconButton('back', t('back'), () => this.open(undefined), { class: 'icon-button to-list', test: 'back' }), avatar(this.peer, this.titleOf(this.peer)),
      el('span', { class: 'chat-title' }, el('b', { test: 'chat-title' }, this.titleOf(this.peer)), el('small', {}, subtitle)),
      settings && iconButton('people', t('invite'), (event) => this.chatMenu(event.currentTarget), { test: 'chat-menu' }));
    const pinned = settings?.pinned_message;
    fill(this.pinned, pinned && [icon('pin'), el('span', { test: 'pinned' }, el('b', {}, t('pinned')), preview(pinned)), iconButton('close', t('unpin'), () => this.act('pin', { cmid: 0 }))]);
    this.drawMessages();
    this.drawKeyboard();
  }

  // What stays in its place while others come above it.
  inSight() {
    const { scrollTop } = this.log;
    return [...this.log.children].find((node) => !node.matches('.day') && node.offsetTop + node.offsetHeight > scrollTop);
  }

  drawMessages() {
    const { messages, info } = this.conversation;
    const view = {
      person: this.person, peer: this.peer, client: this.client, outRead: info?.out_read_cmid ?? 0, spinning: this.spinning,
      press: (...key) => this.press(...key), react: (message, id) => this.act('react', { cmid: message.conversation_message_id, reaction_id: id }),
      openMenu: (message, anchor) => this.messageMenu(message, anchor),
    };
    const order = [...messages.values()].sort((a, b) => a.conversation_message_id - b.conversation_message_id);
    const known = this.nodes;
    this.nodes = new Map();
    const drawn = [];
    let before;
    for (const message of order) {
      const day = dayText(message.date);
      if (!before || dayText(before.date) !== day) drawn.push(this.dayNode(day, known));
      drawn.push(this.nodeOf(message, view, before, known));
      before = message;
    }
    if (!order.length && info) drawn.push(this.emptyChat(known));
    const seen = this.stuck ? undefined : this.inSight();
    const place = seen && seen.offsetTop - this.log.scrollTop;
    arrange(this.log, drawn);
    if (seen?.isConnected) this.moveTo(seen.offsetTop - place);
    this.stay();
  }

  dayNode(day, known) {
    const node = known.get(day) || el('div', { class: 'day' }, day);
    this.nodes.set(day, node);
    return node;
  }

  // Only what changed is drawn again.
  nodeOf(message, view, before, drawn) {
    const cmid = message.conversation_message_id;
    const waits = [...view.spinning.keys()].filter((key) => key.startsWith(`${cmid}/`)).join();
    const mark = JSON.stringify(message) + waits + view.client + (message.from_id === this.person && cmid <= view.outRead);
    const known = drawn.get(cmid);
    const node = known?.mark === mark ? known.node : revised(known?.node, messageView(message, view));
    this.nodes.set(cmid, { mark, node });
    this.sizes.observe(node);
    const follows = before && !before.action && before.from_id === message.from_id && message.date - before.date < 300;
    node.classList.toggle('follows', Boolean(follows));
    return node;
  }

  emptyChat(known) {
    const node = revised(known.get('empty'), el('div', { class: 'blank' }, icon('chat'), el('p', {}, t('empty')),
      this.peer < 0 && button(t('startButton'), () => this.act('say', { text: t('startButton'), payload: { command: 'start' } }), { class: 'button primary', test: 'start-button' })));
    this.nodes.set('empty', node);
    return node;
  }

  drawKeyboard() {
    const keyboard = this.conversation?.info?.current_keyboard;
    const shown = keyboard?.buttons?.length && this.client !== 'no_keyboard';
    this.composer.keyboardButton.hidden = !shown;
    fill(this.keys, shown && !this.keyboardHidden && keyboardView(keyboard, 0, this.spinning, (...key) => this.press(0, ...key)));
  }

  act(action, body) {
    return attempt(() => asPerson(this.person, action, { to: this.peer, ...body }));
  }

  // Of the open conversation: the presses that wait for an answer, by button.
  get spinning() {
    const name = `${this.person}/${this.peer}`;
    if (!this.waits.has(name)) this.waits.set(name, new Map());
    return this.waits.get(name);
  }

  press(cmid, row, column, element, key, keyboard) {
    const { spinning } = this;
    const place = buttonKey(cmid, row, column, element);
    if (spinning.has(place)) return;
    if (key.action.type === 'open_link') this.linkCard(key.action.link, t('linkFromBot'));
    const body = { to: this.peer, row, column };
    if (cmid) body.cmid = cmid;
    if (element !== undefined) body.element = element;
    // The bot may have changed the keyboard: what was pressed is the button that was seen.
    const { label } = key.action;
    const sameLabel = keyboard.buttons.flat().filter((other) => other.action.label === label);
    if (label && element === undefined && sameLabel.length === 1) {
      delete body.row;
      delete body.column;
      body.label = label;
    }
    attempt(async () => {
      // Until its answer says whether it waits for more, a second press of it is the first one.
      if (key.action.type === 'callback') spinning.set(place, undefined);
      let made = {};
      try {
        made = await asPerson(this.person, 'press', body);
      } finally {
        if (made.event_id && !this.answered.has(made.event_id)) spinning.set(place, made.event_id);
        else spinning.delete(place);
        this.showOpen();
      }
    });
    this.showOpen();
  }

  showOpen() { if (this.peer) this.showChat(); }

  stopSpinner(id) {
    // The event may come before the answer to the press.
    this.answered.add(id);
    if (this.answered.size > mostAnswered) this.answered.delete(this.answered.values().next().value);
    for (const spinning of this.waits.values())
      for (const [place, waiting] of spinning) if (waiting === id) spinning.delete(place);
    this.showOpen();
  }

  snack(...content) {
    const node = el('div', { class: 'snack', test: 'snackbar' }, content);
    whenUp(() => {
      while (this.snacks.children.length >= mostSnacks) this.snacks.firstChild.remove();
      this.snacks.append(node);
      setTimeout(() => node.remove(), 10000);
    });
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
    const members = (this.conversation?.members || []).map((item) => item.member_id ?? item);
    const seated = new Set(members);
    const outside = [...store.communities.keys()].slice(0, mostListed).map((id) => -id).concat(people().map((user) => user.id)).filter((id) => !seated.has(id));
    const invite = async () => {
      const answer = await ask(t('invite'), [el('p', {}, members.slice(0, mostListed).map((id) => nameOf(id)).join(', '), members.length > mostListed && '…'), field(t('person'), select(outside.map((id) => [id, nameOf(id)]), { name: 'member', test: 'invite-member' }))], t('invite'));
      if (answer) this.act('invite', { member: Number(answer.member) });
    };
    menu(anchor, [[t('invite'), invite, 'plus', 'invite'], [t('leave'), () => this.act('leave'), 'back', 'leave-chat']]);
  }

  drawTyping() {
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
      if (event.kind === 'press_expired' && [...this.waits.values()].some((spinning) => [...spinning.values()].includes(id))) {
        this.stopSpinner(id);
        this.snack(t('noAnswer'));
      }
      // The members of a large chat are not all named.
      if (event.more_peers && peer === undefined) this.missed();
      if (peer === undefined) continue;
      touched = true;
      if (peer !== this.peer) continue;
      if (event.kind === 'typing') {
        if (event.actor !== this.person) this.someoneTypes(event);
        continue;
      }
      if (event.kind === 'message_sent') this.stopTyping(event.actor);
      cmids.add(event.cmid || 0);
    }
    if (touched) this.refresh();
    if (cmids.size) this.update(cmids);
  }

  stopTyping(member) {
    clearTimeout(this.typing.get(member)?.timer);
    if (this.typing.delete(member)) this.showTyping();
  }

  // Events of the open conversation may have passed unseen.
  missed() {
    this.refresh();
    this.missedNow ??= soon(inTurn(() => this.catchUp()), 200);
    if (this.peer > chatBase) this.missedNow();
  }

  // What failed to load while the connection was lost.
  retry() {
    this.refresh();
    this.update([0]);
  }

  async catchUp() {
    this.refresh();
    await this.conversation?.loadNewest();
    await this.update([]);
  }

  async update(cmids) {
    await this.conversation?.update(cmids);
    this.markRead();
  }
}
