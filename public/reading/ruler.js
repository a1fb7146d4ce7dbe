// The reading ruler: a band across the page that follows the pointer, a tap, what has the
// focus, and the up and down keys. Escape hides it, and so does a tap on it. It hides nothing
// from a screen reader and takes no clicks: what lies under it is pressed.
const band = document.createElement('div');
band.className = 'ruler';
band.setAttribute('aria-hidden', 'true');
document.body.append(band);
let middle = innerHeight / 3;

function show(at) {
  middle = Math.min(Math.max(at, 0), innerHeight);
  band.hidden = false;
  band.style.transform = `translateY(${Math.round(middle - band.offsetHeight / 2)}px)`;
}

addEventListener('pointermove', (event) => show(event.clientY), { passive: true });
// Where a finger came down on the band; one that goes on to scroll is no tap.
let pressed = NaN;
addEventListener('pointerdown', ({ pointerType, clientY }) => {
  const isOnIt = pointerType !== 'mouse' && !band.hidden && Math.abs(clientY - middle) < band.offsetHeight / 2;
  pressed = isOnIt ? clientY : NaN;
  if (!isOnIt) {
    show(clientY);
  }
}, { passive: true });
addEventListener('pointerup', ({ clientY }) => {
  if (Math.abs(clientY - pressed) < 10) {
    band.hidden = true;
  }
}, { passive: true });
addEventListener('focusin', ({ target }) => {
  // What was pressed lies under the pointer already; a whole page is no line.
  if (target.matches(':focus-visible') && target.id !== 'main') {
    const { top, height } = target.getBoundingClientRect();
    show(top + Math.min(height / 2, 40));
  }
});
addEventListener('keydown', (event) => {
  if (event.key === 'Escape') {
    band.hidden = true;
    return;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const writes = event.target.closest('input, textarea, select, [contenteditable]');
  if (!step || writes || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) {
    return;
  }
  const line = parseFloat(getComputedStyle(document.body).lineHeight) || 24;
  const next = middle + step * line;
  // Near the edge the page scrolls under the band instead.
  if (next > line * 2 && next < innerHeight * 0.7) {
    event.preventDefault();
    show(next);
  } else {
    show(middle);
  }
});
addEventListener('resize', () => show(middle));
show(middle);
