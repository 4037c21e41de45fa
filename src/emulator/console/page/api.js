// The control API of the emulator that serves this page.
import { t } from './texts.js';

const root = '/_emulator/';

// In milliseconds. The feed waits 25 seconds by the clock of the emulator, which may stand still.
const longestFeed = 60_000;
const longestCall = 60_000;
const longestUpload = 600_000;

async function request(method, path, body, options = {}) {
  const headers = { Accept: 'application/json', 'X-Vkxx-Control': '1' };
  if (options.type) headers['Content-Type'] = options.type;
  else if (body !== undefined) headers['Content-Type'] = 'application/json';
  let reply;
  let text;
  try {
    reply = await fetch(root + path, {
      method, headers, signal: AbortSignal.timeout(options.timeout || longestCall), cache: 'no-store',
      body: body === undefined ? undefined : options.type ? body : JSON.stringify(body),
    });
    text = await reply.text();
  } catch (cause) {
    const failure = new Error(`${method} ${path.split('?')[0]}: ${t('noAnswerOfEmulator')}`);
    failure.timedOut = cause.name === 'TimeoutError';
    throw failure;
  }
  if (reply.ok && reply.headers.get('Content-Type')?.startsWith('text/plain')) return text;
  let value;
  try {
    value = text ? JSON.parse(text) : {};
  } catch {
    value = { error: text };
  }
  if (!reply.ok) {
    const failure = new Error(value.error || `HTTP ${reply.status}`);
    failure.status = reply.status;
    throw failure;
  }
  return value;
}

export const get = (path, options) => request('GET', path, undefined, options);
export const post = (path, body = {}) => request('POST', path, body);
export const remove = (path) => request('DELETE', path);
export const upload = (path, blob) =>
  request('POST', path, blob, { type: blob.type || 'application/octet-stream', timeout: longestUpload });
export const asPerson = (person, action, body) => post(`people/${person}/${action}`, body);

// Follows the feed until the page is left. `receive` gets each batch, `state` 'live' or 'lost'. What
// could not be received is asked for again.
export async function follow(receive, state) {
  let since = '';
  let pause = 250;
  let wait = '';
  for (;;) {
    try {
      const batch = await get(`feed?since=${encodeURIComponent(since)}${wait}`, { timeout: longestFeed });
      wait = '';
      await receive(batch);
      since = batch.next;
      state('live');
      pause = 250;
    } catch (failure) {
      // Nothing happened, or nobody is there: an answer without waiting shows which.
      const silent = failure.timedOut && !wait;
      wait = silent ? '&wait=0' : '';
      if (silent) continue;
      state('lost', failure);
      await new Promise((resume) => setTimeout(resume, pause));
      pause = Math.min(pause * 2, 4000);
    }
  }
}
