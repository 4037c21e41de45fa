// The messages of one conversation of a person, as far as the page has loaded them.
import { get } from './api.js';
import { notify } from './dom.js';
import { learn } from './store.js';

const pageSize = 60;
// Of a conversation that is read at its end; the rest comes with scrolling.
const mostShown = 600;
// Of one that is read further up: what comes then is loaded when its end is reached.
const mostKept = 1800;
const mostAsked = 100;

export class Conversation {
  // `changed()` draws it; `following()` says whether its end is in sight.
  constructor(person, peer, changed, following) {
    Object.assign(this, { person, peer, changed, following });
    this.messages = new Map();
    this.stale = new Set();
    this.loaded = this.closed = this.hasOlder = this.hasNewer = false;
    this.loading = Promise.resolve();
  }

  // What is still on its way is not shown any more.
  close() { this.closed = true; }

  // One at a time: an older answer must not replace a newer one. Resolves with whether it came.
  load(query) {
    this.loading = this.loading.then(() => this.loadNow(query)).catch((failure) => { reportError(failure); return false; });
    return this.loading;
  }

  async loadNow({ cmids, before }) {
    if (this.closed) return true;
    const query = cmids ? `cmids=${cmids.join(',')}` : `count=${pageSize}${before ? `&before=${before}` : ''}`;
    const answer = await get(`people/${this.person}/conversations/${this.peer}/messages?${query}`)
      .catch((failure) => { if (!this.closed) notify(failure.message, 'bad'); });
    if (this.closed) return true;
    if (!answer) return false;
    learn(answer);
    this.info = answer.conversation;
    this.members = answer.members;
    if (cmids) for (const cmid of cmids) this.messages.delete(cmid);
    else if (before) this.hasOlder = answer.items.length >= pageSize;
    else this.begin(answer.items);
    for (const message of answer.items) this.messages.set(message.conversation_message_id, message);
    if (this.following()) this.shrink();
    this.changed();
    return true;
  }

  // The newest messages have come: what is known of their places is gone, and what stands before a gap.
  begin(items) {
    const first = items[0]?.conversation_message_id ?? 0;
    const known = [...this.messages.keys()];
    const gap = !known.length || Math.max(...known) < first || !first;
    for (const cmid of known) if (gap || cmid >= first) this.messages.delete(cmid);
    if (!this.messages.size) this.hasOlder = items.length >= pageSize;
    this.loaded = true;
    this.hasNewer = false;
  }

  shrink() {
    if (this.messages.size <= mostShown) return;
    const cmids = [...this.messages.keys()].sort((a, b) => a - b);
    for (const cmid of cmids.slice(0, -mostShown)) this.messages.delete(cmid);
    this.hasOlder = true;
  }

  loadNewest() { return this.load({}); }

  async loadOlder() {
    if (this.loadingOlder || !this.hasOlder || !this.messages.size) return;
    this.loadingOlder = true;
    await this.load({ before: Math.min(...this.messages.keys()) });
    this.loadingOlder = false;
  }

  // What comes with scrolling is not loaded by itself: one message alone would stand before a gap.
  wanted(cmid) {
    if (this.messages.has(cmid) || !this.messages.size) return true;
    if (cmid < Math.min(...this.messages.keys())) return !this.hasOlder;
    if (!this.hasNewer && !this.following() && this.messages.size >= mostKept) this.hasNewer = true;
    return !this.hasNewer;
  }

  // Loads what has changed; 0 stands for the conversation itself.
  async update(cmids) {
    for (const cmid of cmids) this.stale.add(cmid);
    if (this.updating) return;
    this.updating = true;
    while (!this.closed && this.stale.size) {
      const next = [...this.stale].slice(0, mostAsked);
      for (const cmid of next) this.stale.delete(cmid);
      const asked = next.map((cmid) => (cmid && this.wanted(cmid) ? cmid : 0));
      if (await (this.loaded ? this.load({ cmids: asked }) : this.loadNewest())) continue;
      // Asked for again when the connection is back, or with the next event.
      for (const cmid of next) this.stale.add(cmid);
      break;
    }
    this.updating = false;
  }
}
