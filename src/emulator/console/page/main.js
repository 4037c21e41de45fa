// The frame of the page: views, theme, language, keys, address.
import { ChatView } from './chat.js';
import { closeMenu, el, fill, icon, iconButton, notify } from './dom.js';
import { FaultsView } from './faults.js';
import { Inspector } from './inspector.js';
import { StartView } from './start.js';
import { begin, listen, loadWorld, now, silence, store } from './store.js';
import { clockText, language, setLanguage, t } from './texts.js';

const names = ['chat', 'inspector', 'faults', 'start'];
const read = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
const write = (key, value) => { try { localStorage.setItem(key, value); } catch { /* A private window. */ } };
const parts = () => location.hash.slice(1).split('/');
let views = {};
let current;
let drawer;

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  write('theme', theme);
}

function switchTheme() {
  const dark = document.documentElement.dataset.theme || (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
  setTheme(dark === 'dark' ? 'light' : 'dark');
}

const setAddress = (text) => history.replaceState(null, '', `#${text}`);

function show(name) {
  current = name;
  closeMenu();
  for (const other of names) {
    views[other].node.hidden = other !== name;
    document.querySelectorAll(`[data-test=tab-${other}]`).forEach((tab) => tab.setAttribute('aria-current', other === name ? 'page' : 'false'));
  }
  document.body.dataset.view = name;
  document.title = `${t(name)} · vkxx`;
  write('view', name);
  if (name === 'chat') views.chat.save();
  else setAddress(name);
  views[name].open?.();
  views[name].show?.();
  showDrawer();
}

function showDrawer() {
  const wanted = current === 'chat' && (read('drawer') ?? (innerWidth > 1180 ? 'open' : '')) === 'open';
  drawer.node.hidden = !wanted;
  if (wanted) drawer.open();
}

function switchDrawer() {
  write('drawer', drawer.node.hidden ? 'open' : 'closed');
  showDrawer();
}

function frame() {
  const tabs = () => names.map((name) => el('button', { type: 'button', class: 'tab', test: `tab-${name}`, onclick: () => show(name) }, icon(name), el('span', {}, t(name))));
  const dot = el('span', { class: 'dot', role: 'status', test: 'connection' });
  const clock = el('button', { type: 'button', class: 'clock', title: t('time'), onclick: () => show('faults') });
  const tick = () => fill(clock, icon('clock'), clockText(now() / 1000, true));
  const showDot = () => { dot.dataset.state = store.connection; dot.title = t(store.connection); fill(dot, el('span', { class: 'off-screen' }, t(store.connection))); };
  listen((change) => {
    if (!change.connection) return;
    showDot();
    if (change.connection === 'lost') notify(t('lost'), 'bad');
  });
  showDot();
  tick();
  clearInterval(frame.timer);
  frame.timer = setInterval(tick, 1000);
  const main = el('main', { id: 'content', tabindex: '-1' }, names.map((name) => views[name].node), drawer.node);
  // All of it, in another language: nothing is what it was.
  document.body.replaceChildren(el('a', { class: 'skip', href: '#content', onclick: (event) => { event.preventDefault(); main.focus(); } }, t('skip')),
    el('header', { class: 'bar' }, el('span', { class: 'brand' }, el('img', { src: '/console/icon.svg', alt: '', width: 28, height: 28 }), el('b', {}, 'vkxx')), el('nav', { class: 'tabs', 'aria-label': 'vkxx' }, tabs()),
      el('span', { class: 'bar-end' }, clock, dot, iconButton('inspector', `${t('inspector')} (i)`, switchDrawer, { class: 'icon-button wide-only', test: 'drawer-switch' }), iconButton('sun', t('theme'), switchTheme, { test: 'theme' }),
        el('button', { type: 'button', class: 'icon-button language', lang: language() === 'ru' ? 'en' : 'ru', 'aria-label': t('language'), test: 'language', onclick: () => { setLanguage(language() === 'ru' ? 'en' : 'ru'); build(); } }, language() === 'ru' ? 'EN' : 'RU'),
        iconButton('help', t('help'), () => notify(t('keys')), { class: 'icon-button wide-only', test: 'help' }))), main);
}

function build() {
  silence();
  views.chat?.end();
  drawer = new Inspector({ small: true });
  views = { chat: new ChatView((address) => { if (current === 'chat') setAddress(address); }), inspector: new Inspector({ changed: (address) => { if (current === 'inspector') setAddress(address); } }), faults: new FaultsView(), start: new StartView(() => show('chat')) };
  frame();
  const [name, first, peer] = parts();
  views.chat.restore(name === 'chat' && first ? [Number(first.slice(1)), Number(peer) || undefined] : undefined);
  openAddress();
}

function openAddress() {
  const [name, number] = parts();
  if (name === 'call' || name === 'event') {
    show('inspector');
    // It may come with a later batch; whoever chose another entry meanwhile stays there.
    const { inspector } = views;
    const open = () => inspector.chooseAddress(name, Number(number));
    if (open()) return;
    const stop = listen((change) => { if (inspector.chosen || (change.events && open())) stop(); });
  } else show(names.includes(name) ? name : current || read('view') || 'start');
}

function key(event) {
  const writes = event.target.matches?.('input, textarea, select') || document.querySelector('dialog[open]');
  if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
    event.preventDefault();
    views.chat.step(event.key === 'ArrowUp' ? -1 : 1);
  } else if (writes || event.ctrlKey || event.metaKey || event.altKey) return;
  else if (event.key === '/') {
    event.preventDefault();
    document.querySelector(`main > :not([hidden]) .search`)?.focus();
  } else if (event.key === 'n') views.chat.newPerson();
  else if (event.key === 'i') switchDrawer();
  else if (event.key === '?') notify(t('keys'));
}

async function main() {
  if (read('theme')) document.documentElement.dataset.theme = read('theme');
  setLanguage(language());
  document.addEventListener('keydown', key);
  for (;;) {
    try {
      await loadWorld();
      break;
    } catch (failure) {
      fill(document.body, el('p', { class: 'blank' }, failure.message));
      await new Promise((resume) => setTimeout(resume, 1000));
    }
  }
  build();
  begin();
  window.addEventListener('hashchange', () => {
    openAddress();
    const [name, first, peer] = parts();
    if (name === 'chat' && first) views.chat.go(Number(first.slice(1)), Number(peer) || undefined);
  });
  window.addEventListener('resize', showDrawer);
}

main();
