// Pages of staff and guardians, which have no script for work without a network. Where
// somebody signed out in another tab, or somebody else signed in there, these go too. And the
// offer of a new version stands here. It is never made in the middle of work: where something
// was typed or chosen and not sent, it waits for the next page.
const workers = navigator.serviceWorker;
let isChanged = false;
let use = null;

// All tabs of a browser share this cookie, and it goes with the sign-in.
const companion = () => /(?:^|; )(?:__Host-)?sk=([0-9a-f]+)/.exec(document.cookie)?.[1];
const companionAtFirst = companion();
const channel = new BroadcastChannel('classimize');
let isSigningOut = false;
let isLeaving = false;

/** Nothing of this page is shown any more. */
function leave() {
  isLeaving = true;
  document.body.replaceChildren();
  location.replace('/sign-in');
}

/** A sign-in that ran out takes nothing away that was typed: the server shows it once more. */
function leaveInTime() {
  if (!isChanged && !document.prerendering && companion() !== companionAtFirst) {
    leave();
  }
}

// The tabs of whoever was signed in here before go at once.
channel.postMessage('opened');
channel.addEventListener('message', ({ data }) => (data === 'lock' ? leave() : leaveInTime()));
document.addEventListener('submit', ({ target }) => {
  isSigningOut = target.matches('[action="/sign-out"]');
});
// By then the server has ended the sign-in, or nobody answered and the shell ends it.
addEventListener('pagehide', () => isSigningOut && channel.postMessage('lock'));
// A page that goes does not ask whether it may.
addEventListener('beforeunload', (event) => isLeaving && event.stopImmediatePropagation());
for (const kind of ['pageshow', 'focus', 'visibilitychange']) {
  addEventListener(kind, leaveInTime);
}

function offer(newer) {
  const main = document.getElementById('main');
  if (use || isChanged || !newer || !workers.controller || !main) {
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

document.addEventListener('input', () => {
  isChanged = true;
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
