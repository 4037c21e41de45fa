// When things are drawn and loaded: not under a finger, not too often, and in order.

// Nothing waits longer for a pointer to come up: it may be held, or its end may never be reported.
const longestHold = 3000;
// After a touch, the click follows its end.
const touchClick = 150;
const waiting = new Set();
let down = false;
let timer;

function release() {
  clearTimeout(timer);
  down = false;
  const tasks = [...waiting];
  waiting.clear();
  for (const task of tasks) {
    try {
      task();
    } catch (failure) {
      reportError(failure);
    }
  }
}

function releaseAfter(delay) {
  clearTimeout(timer);
  timer = setTimeout(release, delay);
}

document.addEventListener('pointerdown', () => { down = true; releaseAfter(longestHold); }, true);
document.addEventListener('pointerup', (event) => {
  if (!down) return;
  if (event.pointerType === 'mouse') down = false;
  releaseAfter(event.pointerType === 'mouse' ? 0 : touchClick);
}, true);
document.addEventListener('click', () => {
  if (!down) return;
  down = false;
  releaseAfter(0);
}, true);
for (const end of ['pointercancel', 'dragend', 'drop']) document.addEventListener(end, () => releaseAfter(0), true);
window.addEventListener('blur', release);

// What comes must not move or cover what is pressed.
export function whenUp(task) {
  if (down) waiting.add(task);
  else task();
}

// A way to draw that waits while a pointer is down.
export function calm(draw) {
  return () => whenUp(draw);
}

// Runs the task in a moment, and once for all that ask meanwhile. A steady stream does not put it off.
export function soon(task, delay) {
  let coming;
  return () => {
    coming ??= setTimeout(() => { coming = undefined; task(); }, delay);
  };
}

// Runs the task, one at a time, so that no older answer replaces a newer one; whoever asks meanwhile
// gets another run after it.
export function inTurn(task) {
  let running;
  let again = false;
  const run = async () => {
    try {
      do {
        again = false;
        await task();
      } while (again);
    } finally {
      running = undefined;
    }
  };
  return () => {
    again = true;
    running ??= Promise.resolve().then(run);
    return running;
  };
}
