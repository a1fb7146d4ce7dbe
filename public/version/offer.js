// The offer of a new version on pages of staff and guardians, which have no script for work
// without a network. It is never made in the middle of work: where something was typed or
// chosen and not sent, it waits for the next page.
const workers = navigator.serviceWorker;
let isChanged = false;
let use = null;

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
