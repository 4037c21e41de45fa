// A message as a bubble: text with formatting, attachments, quotes, carousel, inline keyboard.
import { avatar, button, el, icon, iconButton } from './dom.js';
import { clockText, has, t } from './texts.js';
import { chatBase, nameOf } from './store.js';

export const reactions = ['❤️', '🔥', '😂', '👍', '💩', '❓', '😭', '😡', '👎', '👌', '😄', '🤔', '🙏', '😘', '😍', '🎉'];
const safe = (address) => (/^https?:\/\//i.test(address || '') ? address : undefined);
const ownPath = (address) => {
  // The emulator's own files, whatever name it was called by: the page loads from nowhere else.
  const found = /^https?:\/\/[^/]+(\/(?:_files|sample)\/.*)$/.exec(address || '');
  return found ? found[1] : safe(address);
};

export function externalLink(address, label, attributes) {
  return el('a', { href: safe(address), target: '_blank', rel: 'noopener noreferrer', ...attributes }, label || address);
}

const pattern = /\[((?:id|club|public)\d+)\|([^\]]+)\]|(https?:\/\/[^\s<>"]+)/g;

// A text in one line, where a mention is the name alone.
export const withoutMarks = (text) => (text || '').replace(pattern, (whole, _, name) => name || whole);

// Mentions and addresses in a piece of text.
function linked(text) {
  const parts = [];
  let from = 0;
  for (const found of text.matchAll(pattern)) {
    parts.push(text.slice(from, found.index));
    parts.push(found[3] ? externalLink(found[3]) : el('span', { class: 'mention', title: found[1] }, found[2]));
    from = found.index + found[0].length;
  }
  parts.push(text.slice(from));
  return parts;
}

const marks = new Map([['bold', 'b'], ['italic', 'i'], ['underline', 'u']]);

// Offsets of format_data count UTF-16 units, as texts of JavaScript do.
function formatted(text, format) {
  const items = (format?.items || []).filter((item) => item.length > 0);
  if (!items.length) return linked(text);
  const cuts = new Set([0, text.length]);
  for (const item of items) cuts.add(Math.min(item.offset, text.length)).add(Math.min(item.offset + item.length, text.length));
  const edges = [...cuts].sort((a, b) => a - b);
  return edges.slice(1).map((end, at) => {
    const begin = edges[at];
    let node = linked(text.slice(begin, end));
    for (const item of items) {
      if (item.offset > begin || item.offset + item.length < end) continue;
      if (item.type === 'url') node = [externalLink(item.url, node)];
      else node = [el(marks.get(item.type) || 'span', {}, node)];
    }
    return node;
  });
}

function voice(sound) {
  const player = new Audio();
  const source = ownPath(sound.link_ogg || sound.link_mp3);
  const wave = el('span', { class: 'wave', 'aria-hidden': 'true' }, (sound.waveform || []).filter((_, at) => at % 3 === 0).map((height) => {
    const bar = el('i');
    bar.style.height = `${3 + height * 0.7}px`;
    return bar;
  }));
  const play = iconButton('play', t('voice'), () => {
    if (!player.src) player.src = source;
    if (player.paused) player.play().catch(() => {});
    else player.pause();
  });
  const show = () => play.replaceChildren(icon(player.paused ? 'play' : 'pause'));
  player.onplay = player.onpause = player.onended = show;
  const length = `0:${String(sound.duration || 0).padStart(2, '0')}`;
  return el('div', { keep: source, class: 'voice', test: 'voice' }, play, wave, el('small', {}, length),
    sound.transcript && el('p', {}, sound.transcript));
}

function photo(value) {
  const size = (value.sizes || []).reduce((best, next) => (next.width >= (best?.width || 0) ? next : best), undefined);
  const address = ownPath(size?.url || value.photo_604);
  const picture = el('img', { src: address, alt: value.text || t('photo'), loading: 'lazy', test: 'picture', width: size?.width, height: size?.height });
  picture.onerror = () => picture.replaceWith(el('span', { class: 'file-card' }, icon('photo'), `photo${value.owner_id}_${value.id}`));
  return el('a', { keep: address, href: address, target: '_blank', rel: 'noopener' }, picture);
}

function sticker(value) {
  const image = value.images?.find((each) => each.width >= 128);
  return el('img', { src: ownPath(image?.url), alt: t('sticker'), width: 128, height: 128, test: 'sticker' });
}

function attachmentView(item) {
  const value = item[item.type] || {};
  if (item.type === 'sticker' && value.images?.length) return sticker(value);
  if (item.type === 'photo') return photo(value);
  if (item.type === 'audio_message') return voice(value);
  if (item.type === 'doc' && value.preview?.audio_msg) return voice(value.preview.audio_msg);
  const title = value.title || value.name || value.question || value.text || value.caption;
  const address = ownPath(value.url);
  const card = [icon(item.type === 'link' ? 'link' : 'file'), el('span', {}, el('b', {}, title || t(item.type === 'doc' ? 'document' : 'attachment')),
    el('small', {}, value.size ? `${value.ext || ''} ${Math.ceil(value.size / 1024)} ${t('kilobytes')}` : `${item.type}${value.owner_id ?? ''}${value.id ? `_${value.id}` : ''}`))];
  return address
    ? el('a', { class: 'file-card', href: address, target: '_blank', rel: 'noopener noreferrer', test: 'document' }, card)
    : el('span', { class: 'file-card' }, card);
}

// What stands for a message without a text.
export function attachmentName(message) {
  const names = { photo: 'photo', doc: 'document', audio_message: 'voice', sticker: 'sticker' };
  const first = message.attachments?.[0];
  if (first) return t(names[first.type] || 'attachment');
  return message.geo ? t('place') : message.fwd_messages?.length ? t('forwarded') : '…';
}

function quote(message, reply) {
  return el('blockquote', { class: reply ? 'reply' : 'forwarded', test: reply ? 'reply' : 'forwarded' },
    el('b', {}, nameOf(message.from_id)),
    el('span', { class: 'text' }, message.text ? formatted(message.text, message.format_data) : attachmentName(message)),
    !reply && (message.attachments || []).map(attachmentView),
    !reply && (message.fwd_messages || []).map((inner) => quote(inner)));
}

// `press(row, column, element)`; waiting buttons have their key in `spinning`.
export function buttonKey(cmid, row, column, element) {
  return `${cmid || 0}/${element ?? ''}/${row}/${column}`;
}

export function keyboardView(keyboard, cmid, spinning, press, element) {
  const labels = { location: t('place'), vkpay: 'VK Pay' };
  return el('div', { class: 'keys', test: element !== undefined ? 'card-keyboard' : cmid ? 'inline-keyboard' : 'keyboard', role: 'group', 'aria-label': t('keyboard') },
    keyboard.buttons.map((row, at) => el('div', { class: 'keys-row' }, row.map((key, column) => {
      const waits = spinning.has(buttonKey(cmid, at, column, element));
      const kind = key.action.type;
      const mark = { open_link: 'link', location: 'place', callback: '' }[kind];
      return el('button', {
        key: JSON.stringify(key.action), type: 'button', class: `key ${key.color || 'secondary'} ${waits ? 'waits' : ''}`, 'data-kind': kind, test: 'key',
        'aria-busy': waits, onclick: () => press(at, column, element, key, keyboard),
      }, mark && icon(mark), el('span', {}, key.action.label || labels[kind] || kind), waits && el('span', { class: 'spinner', test: 'spinner' }));
    }))));
}

function carousel(message, spinning, press) {
  return el('div', { class: 'carousel', tabindex: '0', role: 'group', 'aria-label': t('carousel'), test: 'carousel' }, message.template.elements.map((element, at) =>
    el('div', { class: 'carousel-card', test: 'carousel-card' },
      element.photo?.sizes ? photo(element.photo) : element.photo_id && el('div', { class: 'carousel-art' }, icon('photo')),
      element.title && el('b', {}, element.title), element.description && el('p', {}, element.description),
      element.buttons && keyboardView({ buttons: element.buttons.map((key) => [key]) }, message.conversation_message_id, spinning,
        (row, column, _, key, keyboard) => press(row, 0, at, key, keyboard), at))));
}

function serviceText(message) {
  const action = message.action;
  const own = action.member_id === message.from_id;
  const key = { chat_invite_user: own && 's_back', chat_kick_user: own && 's_left' }[action.type] || `s_${action.type}`;
  const actor = nameOf(message.from_id);
  return has(key) ? t(key, actor, action.text || '', action.member_id ? nameOf(action.member_id) : '') : `${actor}: ${action.type}`;
}

function reactionRow(message, person, react) {
  return el('div', { class: 'reactions' }, (message.reactions || []).map((item) => {
    const own = message.reaction_id === item.reaction_id || item.user_ids?.includes(person);
    return el('button', {
      key: item.reaction_id, type: 'button', class: `reaction ${own ? 'own' : ''}`, test: 'reaction', 'aria-pressed': String(Boolean(own)),
      onclick: () => react(own ? 0 : item.reaction_id),
    }, reactions[item.reaction_id - 1] || `#${item.reaction_id}`, el('small', {}, item.count));
  }));
}

// `view`: {person, client, peer, outRead, spinning, press, react, openMenu, showQuoted}.
export function messageView(message, view) {
  const cmid = message.conversation_message_id;
  const day = clockText(message.date);
  if (message.action) {
    return el('div', { class: 'service', test: 'service', title: day }, serviceText(message),
      message.action.photo?.photo_100 && el('img', { src: ownPath(message.action.photo.photo_100), alt: '' }));
  }
  const own = message.from_id === view.person;
  const inline = message.keyboard?.inline && message.keyboard.buttons.length > 0 && !['no_inline', 'no_keyboard'].includes(view.client);
  const cards = message.template?.elements && view.client !== 'no_carousel';
  const big = message.text && /^(\p{Extended_Pictographic}\uFE0F?){1,3}$/u.test(message.text);
  const tick = own && el('span', { class: 'tick', test: cmid <= view.outRead ? 'read' : 'sent', title: t(cmid <= view.outRead ? 'seen' : 'sent') },
    icon(cmid <= view.outRead ? 'checks' : 'check'));
  const bubble = el('div', { class: 'bubble', oncontextmenu: (event) => { event.preventDefault(); view.openMenu(message, event.currentTarget.nextSibling); } },
    view.peer > chatBase && !own && el('span', { class: 'author' }, nameOf(message.from_id)),
    message.reply_message && quote(message.reply_message, true),
    message.text && el('div', { class: `text ${big ? 'big' : ''}`, test: 'text', dir: 'auto' }, formatted(message.text, message.format_data)),
    (message.fwd_messages || []).map((inner) => quote(inner)),
    message.attachments?.length > 0 && el('div', { class: 'attachments' }, message.attachments.map(attachmentView)),
    message.geo && el('div', { class: 'file-card' }, icon('place'), el('span', {}, el('b', {}, message.geo.place?.title || t('place')),
      el('small', {}, `${message.geo.coordinates?.latitude}, ${message.geo.coordinates?.longitude}`))),
    reactionRow(message, view.person, (id) => view.react(message, id)),
    el('span', { class: 'meta' }, message.update_time && el('span', { test: 'edited' }, t('edited')),
      el('time', { title: new Date(message.date * 1000).toLocaleString() }, day), tick));
  const more = iconButton('more', t('actions'), (event) => view.openMenu(message, event.currentTarget), { class: 'icon-button more', test: 'message-menu', 'aria-haspopup': 'menu' });
  return el('article', { class: `message ${own ? 'own' : ''}`, test: 'message', 'data-cmid': cmid, 'aria-label': `${own ? t('you') : nameOf(message.from_id)}, ${day}` },
    !own && avatar(message.from_id, nameOf(message.from_id), 'small'),
    el('div', { class: 'body' }, el('div', { class: 'line' }, bubble, more),
      cards && carousel(message, view.spinning, (...key) => view.press(cmid, ...key)),
      inline && keyboardView(message.keyboard, cmid, view.spinning, (...key) => view.press(cmid, ...key))));
}
