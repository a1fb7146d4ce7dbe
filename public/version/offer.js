// Pages of staff and guardians, which have no script for work without a network. Where
// somebody signed out in another tab, or somebody else signed in there, these go too. And the
// offer of a new version stands here. It is never made in the middle of work: where something
// was typed or chosen and not sent, it waits for the next page.
const workers = navigator.serviceWorker;
// The forms in which something was typed or chosen and not sent.
const typed = new Set();
let use = null;

// All tabs of a browser share this cookie, and it goes with the sign-in.
const companion = () => /(?:^|; )(?:__Host-)?sk=([0-9a-f]+)/.exec(document.cookie)?.[1];
let companionAtFirst = companion();
// Its own: what offline.js tells its tabs means other things. Safari has none before 15.4.
const channel = globalThis.BroadcastChannel && new BroadcastChannel('signed-out');
let isSigningOut = false;
let isLeaving = false;
let isAsking = false;

const isTyped = () => [...typed].some((form) => form.isConnected);
// Long words are not left without a question, unless the form is as it came. One that came back
// holds words that are nowhere else.
document.querySelectorAll('form[data-asks=again]').forEach((form) => typed.add(form));
const asks = ({ isConnected, dataset, elements }) => isConnected && 'asks' in dataset
  && (dataset.asks || [...elements].some(({ value, defaultValue = value }) => value !== defaultValue));
const here = () => location.pathname + location.search;
const whose = (page) => page.querySelector('.me')?.dataset.whose;

/** Nothing of this page is shown any more. */
function leaveFor(address) {
  isLeaving = true;
  document.body.replaceChildren();
  location.replace(address);
}

/** Whether the page is still of whoever is signed in; else it goes, and the server says where to.
 * A sign-in that ran out takes nothing away that was typed: its words are kept here. */
async function compare() {
  const now = companion();
  if (isAsking || document.prerendering || now === companionAtFirst) {
    return;
  }
  if (!now) {
    if (!isTyped()) {
      leaveFor(here());
    }
    return;
  }
  // Somebody signed in since. Until it is known who, nobody reads this page.
  const focused = document.activeElement;
  isAsking = true;
  document.body.style.visibility = 'hidden';
  const isSame = await fetch('/settings')
    .then((answer) => answer.text())
    .then((text) => whose(new DOMParser().parseFromString(text, 'text/html')) === whose(document))
    .catch(() => null);
  isAsking = false;
  if (!isSame) {
    // Where nobody answered, what was typed waits unseen, and it is asked again.
    if (isSame === false || !isTyped()) {
      leaveFor(here());
    }
    return;
  }
  companionAtFirst = now;
  document.body.style.visibility = '';
  focused?.focus();
  // Somebody else may have signed in meanwhile.
  compare();
}

channel?.postMessage('opened');
channel?.addEventListener('message', ({ data }) => (data === companionAtFirst ? leaveFor('/sign-in') : compare()));
document.addEventListener('submit', (event) => {
  const { target } = event;
  // What an island sends by itself may come back.
  setTimeout(() => event.defaultPrevented || typed.delete(target));
  // No island sends a form that asks, and the question comes before that.
  if ('asks' in target.dataset) {
    typed.delete(target);
  }
  isSigningOut = target.matches('[action="/sign-out"], [action="/settings/forget-device"]');
}, true);
// By then the server has ended the sign-in. Where nobody answered, the shell ends it and tells them.
addEventListener('pagehide', () => isSigningOut && companion() !== companionAtFirst && channel?.postMessage(companionAtFirst));
addEventListener('beforeunload', (event) => {
  // A page that has to go does not ask whether it may.
  if (isLeaving) {
    event.stopImmediatePropagation();
  } else if ([...typed].some(asks)) {
    event.preventDefault();
  }
});
for (const kind of ['pageshow', 'focus', 'visibilitychange']) {
  addEventListener(kind, compare);
}

function offer(newer) {
  const main = document.getElementById('main');
  if (use || isTyped() || !newer || !workers.controller || !main) {
    return;
  }
  use = document.createElement('button');
  Object.assign(use, { type: 'button', className: 'btn', textContent: 'Use the new version' });
  use.addEventListener('click', () => {
    workers.addEventListener('controllerchange', () => location.reload());
    newer.postMessage('use-new-version');
    // Where another tab has asked for it, or for a newer one, it waits no more.
    if (newer.state !== 'installed') {
      location.reload();
    }
  });
  const bar = document.createElement('div');
  bar.id = 'offline-bar';
  bar.className = 'notice';
  bar.setAttribute('role', 'status');
  main.prepend(bar);
  const line = document.createElement('p');
  line.append(use);
  bar.append(line);
}

document.addEventListener('input', ({ target }) => {
  typed.add(target.form ?? target);
  if (use) {
    // It keeps its place: nothing moves under a pen.
    use.disabled = true;
    use.textContent = 'Use the new version, once this is sent';
  }
});

workers?.getRegistration().then((registration) => {
  const ask = () => offer(registration.waiting);
  ask();
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', ask));
  document.addEventListener('visibilitychange', () => !document.hidden && registration.update().catch(() => null));
}).catch(() => null);
