// Icons, buttons, notices, dialogs and menus.
import { add, arrange, el, fill, revised, svg } from './element.js';
import { t } from './texts.js';

export { add, arrange, el, fill, revised };

const paths = {
  chat: 'M4 5h16v11H11l-4 3.5V16H4z',
  inspector: 'M4 6h10M4 12h16M4 18h7M18 4.5v3M15 16.5l2 2 4-4',
  faults: 'M13 3 5 14h6l-1 7 8-11h-6z',
  start: 'M4 11.5 12 5l8 6.5M6.5 10v9h11v-9',
  send: 'M4 12 20 5l-4 14-4.5-5zM11.5 14 20 5',
  attach: 'M19 11.5 12 18.5a4.2 4.2 0 0 1-6-6L13.5 5a2.8 2.8 0 0 1 4 4L10 16.5',
  keyboard: 'M3.5 7h17v10h-17zM7 10.5h.01M10.3 10.5h.01M13.7 10.5h.01M17 10.5h.01M8 14h8',
  more: 'M5.5 12h.01M12 12h.01M18.5 12h.01',
  back: 'M14.5 5.5 8 12l6.5 6.5',
  close: 'M6 6l12 12M18 6 6 18',
  plus: 'M12 5v14M5 12h14',
  reply: 'M10 6 4 12l6 6v-4c5 0 8 1 10 4 0-6-4-9-10-9z',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  checks: 'M2.5 12.5 7 17l9-9.5M12 16l1 1 8.5-9.5',
  file: 'M7 3.5h7l4 4v13H7zM14 3.5v4h4',
  mic: 'M12 4a2.5 2.5 0 0 1 2.5 2.5v5a2.5 2.5 0 0 1-5 0v-5A2.5 2.5 0 0 1 12 4zM6 11.5a6 6 0 0 0 12 0M12 17.5V21',
  photo: 'M4 5.5h16v13H4zM4 16l4.5-4.5 4 4 2.5-2.5 5 4.5M15.5 9h.01',
  place: 'M12 21c4-5 6-8 6-11a6 6 0 0 0-12 0c0 3 2 6 6 11zM12 8v4M10 10h4',
  play: 'M8 5.5v13l11-6.5z',
  pause: 'M8 6v12M16 6v12',
  copy: 'M8.5 8.5h11v11h-11zM15.5 8V4.5h-11v11H8',
  again: 'M19 12a7 7 0 1 1-2.5-5.4M19.5 3.5v4h-4',
  edit: 'M5 19l1-4L16 5l3 3L9 18z',
  remove: 'M5 7h14M9.5 7V4.5h5V7M7 7l1 13h8l1-13',
  pin: 'M9 4h6l-.5 6 3 3h-11l3-3zM12 13v7.5',
  sun: 'M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4',
  clock: 'M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16zM12 8v4.5l3 2',
  warning: 'M12 4 2.5 20h19zM12 10v5M12 17.5v.01',
  call: 'M5 8h12l-3-3M19 16H7l3 3',
  event: 'M12 4l2.3 5 5.5.6-4.1 3.7 1.2 5.4L12 16l-4.9 2.7 1.2-5.4-4.1-3.7 5.5-.6z',
  poll: 'M7 4h10M7 20h10M8 4c0 5 8 6 8 11v5M16 4c0 5-8 6-8 11v5',
  callback: 'M4 12h11M11 7l5 5-5 5M20 5v14',
  search: 'M11 5a6 6 0 1 1 0 12 6 6 0 0 1 0-12zM15.5 15.5 20 20',
  people: 'M9 5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7zM3 19c0-3.5 2.5-5 6-5s6 1.5 6 5M16 5.5a3 3 0 0 1 0 6M17 14c2.5.3 4 2 4 5',
  link: 'M9 15l6-6M10.5 7 13 4.5a4 4 0 0 1 6 6L16.5 13M13.5 17 11 19.5a4 4 0 0 1-6-6L7.5 11',
  help: 'M9 9a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1.2-1.5 2.4M12 17.5v.01',
  split: 'M4 5h16v14H4zM12 5v14',
};

export function icon(name) {
  return svg('svg', { viewBox: '0 0 24 24', class: `icon icon-${name}`, 'aria-hidden': 'true' },
    svg('path', { d: paths[name] || paths.event }));
}

export function iconButton(name, label, onclick, attributes) {
  return el('button', { type: 'button', class: 'icon-button', 'aria-label': label, title: label, onclick, ...attributes },
    icon(name));
}

export function button(label, onclick, attributes, iconName) {
  return el('button', { type: 'button', class: 'button', onclick, ...attributes }, iconName && icon(iconName), label);
}

export function avatar(id, name, size = '') {
  const letters = String(name || '?').replace(/[^\p{L}\p{N} ]/gu, '').split(' ').filter(Boolean)
    .slice(0, 2).map((word) => [...word][0]).join('').toUpperCase();
  const kind = id < 0 ? 'of-community' : '';
  return el('span', { class: `avatar ${size} ${kind}`, 'aria-hidden': 'true', 'data-hue': Math.abs(id) % 8 }, letters || '#');
}

export function field(label, control) {
  return el('label', { class: 'field' }, el('span', {}, label), control);
}

export function select(options, attributes, chosen) {
  return el('select', { ...attributes, value: chosen === undefined ? undefined : String(chosen) },
    options.map(([value, label]) => el('option', { key: value, value }, label)));
}

let announcer;
const mostNotices = 5;
// What a screen reader is to say, and everybody to see for a moment.
export function notify(text, kind = '') {
  announcer ??= el('div', { class: 'notices', role: 'status', 'aria-live': 'polite', test: 'notices' });
  // The frame that is built again, in another language, replaces all that the body has.
  if (!announcer.isConnected) document.body.append(announcer);
  const notice = el('div', { class: `notice ${kind}` }, text);
  for (const other of [...announcer.children]) if (other.textContent === text) other.remove();
  while (announcer.children.length >= mostNotices) announcer.firstChild.remove();
  announcer.append(notice);
  setTimeout(() => notice.remove(), kind === 'bad' ? 8000 : 3500);
}

// Runs a task; a failure is shown.
export async function attempt(task) {
  try {
    return await task();
  } catch (failure) {
    notify(failure.message, 'bad');
    return undefined;
  }
}

export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = el('textarea', { value: text, class: 'off-screen' });
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
  notify(t('copied'));
}

// A modal form; resolves with its fields, or with nothing when it is dismissed.
export function ask(title, fields, accept = t('ok')) {
  return new Promise((resolve) => {
    const form = el('form', { method: 'dialog' }, el('h2', {}, title), fields,
      el('div', { class: 'row end' },
        button(t('cancel'), () => dialog.close()),
        el('button', { class: 'button primary', value: 'ok', test: 'dialog-ok' }, accept)));
    const dialog = el('dialog', { class: 'card dialog', 'aria-label': title, test: 'dialog' }, form);
    dialog.addEventListener('close', () => {
      resolve(dialog.returnValue === 'ok' ? Object.fromEntries(new FormData(form)) : undefined);
      dialog.remove();
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

let openMenu;
export function closeMenu() {
  if (openMenu) openMenu();
}

// A menu beside `anchor`; an item is [label, action, icon, test name].
export function menu(anchor, items, top) {
  closeMenu();
  const entries = items.filter(Boolean).map(([label, action, iconName, test]) =>
    el('button', { type: 'button', role: 'menuitem', test, onclick: () => { close(); action(); } }, icon(iconName || 'event'), label));
  const list = el('div', { class: 'menu card', role: 'menu', 'aria-label': anchor.getAttribute('aria-label'), test: 'menu' }, top, entries);
  const close = () => {
    openMenu = undefined;
    list.remove();
    document.removeEventListener('pointerdown', outside, true);
    anchor.setAttribute('aria-expanded', 'false');
    if (anchor.isConnected) anchor.focus({ preventScroll: true });
  };
  const outside = (event) => {
    if (!list.contains(event.target)) close();
  };
  list.addEventListener('keydown', (event) => {
    const all = [...list.querySelectorAll('button')];
    const at = all.indexOf(document.activeElement);
    if (event.key === 'Escape') close();
    else if (event.key === 'ArrowDown') all[(at + 1) % all.length].focus();
    else if (event.key === 'ArrowUp') all[(at + all.length - 1) % all.length].focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  document.body.append(list);
  const box = anchor.getBoundingClientRect();
  const left = Math.min(Math.max(8, box.right - list.offsetWidth), innerWidth - list.offsetWidth - 8);
  const below = box.bottom + list.offsetHeight + 8 < innerHeight;
  list.style.left = `${Math.max(8, left)}px`;
  list.style.top = `${Math.max(8, below ? box.bottom + 4 : box.top - list.offsetHeight - 4)}px`;
  anchor.setAttribute('aria-expanded', 'true');
  document.addEventListener('pointerdown', outside, true);
  openMenu = close;
  list.querySelector('button')?.focus();
  return close;
}
