// What the page knows: the world, its events and the requests, and who wants to hear of changes.
import { follow, get } from './api.js';
import { inTurn, soon } from './pace.js';
import { language } from './texts.js';

const most = 3000;
export const mostListed = 200;
export const chatBase = 2000000000;
export const store = {
  people: new Map(), communities: new Map(), tokens: {}, events: [], requests: [],
  byEvent: new Map(), byRequest: new Map(), notes: new Map(), clock: undefined, connection: 'live', lost: 0,
};
const listeners = new Set();

// The views are built again, in another language.
export function silence() {
  listeners.clear();
}

export function listen(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

// A view that fails must not look like a lost connection, nor stop the others.
function tell(change) {
  for (const listener of [...listeners]) {
    try {
      listener(change);
    } catch (failure) {
      reportError(failure);
    }
  }
}

// In turn: a user that was just made must not vanish with an older answer.
export const loadWorld = inTurn(async () => {
  const world = await get('world');
  store.people = new Map(world.users.map((user) => [user.id, user]));
  store.communities = new Map(world.groups.map((group) => [group.id, group]));
  store.tokens = world.tokens;
  tell({ world: true });
});

// Names come with the world, and with the profiles of answers.
export function learn(answer) {
  for (const user of answer.profiles || []) if (!store.people.has(user.id)) store.people.set(user.id, user);
  for (const group of answer.groups || []) {
    if (!store.communities.has(group.id)) store.communities.set(group.id, group);
  }
}

export function personName(user, short) {
  if (!user) return '';
  const name = user.names?.[language()] || `${user.first_name} ${user.last_name}`;
  return short ? name.split(' ')[0] : name;
}

export function nameOf(member, short) {
  if (member > 0) return personName(store.people.get(member), short) || `id${member}`;
  return store.communities.get(-member)?.name || `club${-member}`;
}

function trim(list, index) {
  while (list.length > most) index.delete(list.shift().number);
}

// A request that came again replaces what was known of it: a poll that was answered.
function addRequest(entry) {
  const known = store.byRequest.get(entry.number);
  if (known) {
    Object.assign(known, entry);
    return;
  }
  store.byRequest.set(entry.number, entry);
  store.requests.push(entry);
}

function forget() {
  store.events = [];
  store.requests = [];
  store.notes = new Map();
  store.byEvent.clear();
  store.byRequest.clear();
  newest = 0;
}

// Those that the page knew when it asked the emulator to forget them.
export function forgetRequests(known) {
  const gone = new Set(known);
  store.requests = store.requests.filter((entry) => !gone.has(entry));
  for (const entry of gone) store.byRequest.delete(entry.number);
  tell({ events: [], requests: [] });
}

let epoch;
// Of events, which come in order: older ones may have been dropped from what the page keeps.
let newest = 0;
async function receive(batch) {
  const restarted = epoch !== undefined && batch.epoch !== epoch;
  if (restarted) await loadWorld();
  epoch = batch.epoch;
  if (restarted) forget();
  const lost = batch.lost || 0;
  store.lost += lost;
  const events = (batch.events || []).filter((event) => event.number > newest);
  for (const event of events) {
    newest = event.number;
    store.byEvent.set(event.number, event);
    store.events.push(event);
  }
  for (const entry of batch.requests || []) addRequest(entry);
  trim(store.events, store.byEvent);
  trim(store.requests, store.byRequest);
  if (batch.clock) setClock(batch.clock);
  tell({ events, requests: batch.requests || [], restarted, lost });
}

export function setClock(clock) {
  store.clock = { ...clock, at: performance.now() };
}

export function begin() {
  follow(receive, (connection) => {
    if (store.connection === connection) return;
    store.connection = connection;
    tell({ connection });
  });
}

// What is lenient in the newest calls.
export const lint = soon(inTurn(async () => {
  const answer = await get('lint').catch(() => undefined);
  if (!answer) return;
  store.notes = new Map();
  for (const note of answer.items || []) {
    if (store.notes.has(note.request)) store.notes.get(note.request).push(note);
    else store.notes.set(note.request, [note]);
  }
  tell({ notes: true });
}), 400);

// The emulator's time in milliseconds.
export function now() {
  if (!store.clock) return Date.now();
  return store.clock.now * 1000 + (store.clock.frozen ? 0 : performance.now() - store.clock.at);
}

// What an entry of the timeline was caused by: {event}, {request} or nothing.
function causeOf(entry) {
  if (entry.cause?.event) return store.byEvent.get(entry.cause.event);
  if (entry.cause?.request) return store.byRequest.get(entry.cause.request);
  return undefined;
}

export function chainOf(entry) {
  let first = entry;
  const seen = new Set();
  while (causeOf(first) && !seen.has(first)) {
    seen.add(first);
    first = causeOf(first);
  }
  const members = new Set([first]);
  const all = timeline();
  for (const other of all) if (members.has(causeOf(other))) members.add(other);
  return all.filter((other) => members.has(other));
}

export function depthOf(entry) {
  let depth = 0;
  for (let at = causeOf(entry); at && depth < 5; at = causeOf(at)) ++depth;
  return depth;
}

// A world may have a million users: a list shows the first ones, and whom the page shows already.
export function people(chosen) {
  const found = [];
  for (const user of store.people.values()) {
    if (found.length === mostListed) break;
    if (!user.deactivated) found.push(user);
  }
  const own = store.people.get(chosen);
  return own && !found.includes(own) ? [own, ...found] : found;
}

export const isRequest = (entry) => entry.http_method !== undefined;

export function kindOf(entry) {
  if (!isRequest(entry)) return 'event';
  return /^\/(whp|nim)/.test(entry.target) ? 'poll' : 'call';
}

// Events and requests in the order of time, oldest first.
export function timeline() {
  return [...store.events, ...store.requests].sort((a, b) => a.time - b.time || isRequest(b) - isRequest(a) || a.number - b.number);
}
