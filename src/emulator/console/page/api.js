// The control API of the emulator that serves this page.
const root = '/_emulator/';

async function request(method, path, body, options = {}) {
  const headers = { Accept: 'application/json', 'X-Vkxx-Control': '1' };
  if (options.type) headers['Content-Type'] = options.type;
  else if (body !== undefined) headers['Content-Type'] = 'application/json';
  const reply = await fetch(root + path, {
    method, headers, signal: options.signal, cache: 'no-store',
    body: body === undefined ? undefined : options.type ? body : JSON.stringify(body),
  });
  const text = await reply.text();
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

export const get = (path, signal) => request('GET', path, undefined, { signal });
export const post = (path, body = {}) => request('POST', path, body);
export const remove = (path) => request('DELETE', path);
export const upload = (path, blob) =>
  request('POST', path, blob, { type: blob.type || 'application/octet-stream' });
export const asPerson = (person, action, body) => post(`people/${person}/${action}`, body);

// Follows the feed until the page is left. `receive` gets each batch, `state` 'live' or 'lost'.
export async function follow(receive, state) {
  let since = '';
  let pause = 250;
  for (;;) {
    try {
      const batch = await get(`feed?since=${encodeURIComponent(since)}`);
      state('live');
      pause = 250;
      since = batch.next;
      receive(batch);
    } catch (failure) {
      state('lost', failure);
      await new Promise((resume) => setTimeout(resume, pause));
      pause = Math.min(pause * 2, 4000);
    }
  }
}
