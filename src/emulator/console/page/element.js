// Elements, and redrawing in place. What stays the same thing stays the same node: a press under way,
// focus, scroll positions, selected text and playing sounds survive. Texts are data: nothing here
// parses HTML.

// What each node was given: {attributes, listeners, value, checked, key, keep}.
const given = new WeakMap();

const nothing = { attributes: {}, listeners: {} };

// Listeners are looked up when the event comes: a node that is revised has the newest ones.
function dispatch(event) {
  given.get(event.currentTarget)?.listeners[event.type]?.(event);
}

// `test` names an element for tests; `on…` are listeners; `key` says which thing the element shows,
// among the children of its parent; `keep` as well, of what need never be revised. A listener finds its
// element in the event: the element that was built may only have lent its content to an older one.
export function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  const state = { attributes: {}, listeners: {} };
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) {
      state.listeners[name.slice(2)] = value;
      node.addEventListener(name.slice(2), dispatch);
    } else if (name === 'key' || name === 'keep') state[name] = value;
    else if (name === 'value' || name === 'checked') state[name] = node[name] = value;
    else state.attributes[name === 'test' ? 'data-test' : name] = value === true ? '' : String(value);
  }
  for (const [name, value] of Object.entries(state.attributes)) node.setAttribute(name, value);
  given.set(node, state);
  add(node, children);
  // The options of a list come after its value.
  if (state.value !== undefined) node.value = state.value;
  return node;
}

export function svg(tag, attributes, ...children) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  given.set(node, { attributes, listeners: {} });
  node.append(...children);
  return node;
}

function nodesOf(children) {
  return children.flat(4).filter((child) => child !== undefined && child !== null && child !== false)
    .map((child) => (child instanceof Node ? child : document.createTextNode(String(child))));
}

export function add(node, children) {
  node.append(...nodesOf(children));
  return node;
}

// Gives the node these children and leaves those alone that stand right.
export function arrange(node, children) {
  const wanted = new Set(children);
  for (const child of [...node.childNodes]) if (!wanted.has(child)) child.remove();
  const focused = document.activeElement;
  children.forEach((child, at) => {
    if (node.childNodes[at] !== child) node.insertBefore(child, node.childNodes[at] || null);
  });
  // One that was moved has lost it.
  if (focused !== document.activeElement && focused && node.contains(focused)) focused.focus({ preventScroll: true });
}

// Only nodes of one kind become each other.
function kindOf(node) {
  const state = given.get(node) || nothing;
  if (state.keep !== undefined) return `${node.nodeName} keep ${state.keep}`;
  if (state.key !== undefined) return `${node.nodeName} key ${state.key}`;
  return `${node.nodeName} ${state.attributes['data-test'] ?? ''} ${state.attributes.class?.split(' ')[0] ?? ''}`;
}

function reviseAttributes(node, before, after) {
  // What was not given stays: `open` of details, `aria-expanded` of a menu's button.
  for (const name of Object.keys(before)) if (!(name in after)) node.removeAttribute(name);
  for (const [name, value] of Object.entries(after)) if (before[name] !== value) node.setAttribute(name, value);
}

// Makes a node look and behave as another, which is used up.
export function revise(node, wanted) {
  if (node === wanted) return node;
  if (node.nodeType === Node.TEXT_NODE) {
    if (node.data !== wanted.data) node.data = wanted.data;
    return node;
  }
  const before = given.get(node) || nothing;
  const after = given.get(wanted) || nothing;
  if (after.keep !== undefined) return node;
  reviseAttributes(node, before.attributes, after.attributes);
  for (const type of Object.keys(after.listeners)) if (!(type in before.listeners)) node.addEventListener(type, dispatch);
  given.set(node, after);
  patch(node, [...wanted.childNodes]);
  // What a person wrote or chose stays until another value is given.
  if (after.value !== undefined && before.value !== after.value) node.value = after.value;
  if (after.checked !== undefined && before.checked !== after.checked) node.checked = after.checked;
  return node;
}

function patch(node, wanted) {
  const free = new Map();
  const stay = new Set(wanted);
  for (const child of node.childNodes) {
    if (stay.has(child)) continue;
    const kind = kindOf(child);
    if (free.has(kind)) free.get(kind).push(child);
    else free.set(kind, [child]);
  }
  arrange(node, wanted.map((child) => {
    const old = child.parentNode === node ? undefined : free.get(kindOf(child))?.shift();
    return old ? revise(old, child) : child;
  }));
}

// Shows these children. A node that is already shown is handed to `fill` itself, never within a new one.
export function fill(node, ...children) {
  patch(node, nodesOf(children));
  return node;
}

// The node that shows a thing: the one it had, revised, or the new one.
export function revised(node, wanted) {
  return node && kindOf(node) === kindOf(wanted) ? revise(node, wanted) : wanted;
}
