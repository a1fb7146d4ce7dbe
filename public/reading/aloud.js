// Reads a text aloud with the voice of the device: buttons before everything that is
// marked for it. Where the browser has no voice there are no buttons, and their room says why:
// to close it would move the text under whoever has begun to read.
const voice = window.speechSynthesis;
const PLAY = 'Read aloud';
const SILENT = 'This device has no voice to read with.';
const WAITS_MS = 2000;
const FAILED = 'The voice stopped. Press Go on to try again.';
const BLOCKS = 'p, li, pre, h1, h2, h3, h4, h5, h6, td, th, dt, dd, blockquote';
// The bar of what is read, its sentences, how far it is, and the one that is spoken: none
// while it is paused.
let reading = null;

function button(words, act) {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = 'btn';
  made.textContent = words;
  made.addEventListener('click', act);
  return made;
}

// All of it, in sentences: some voices stop in the middle of a long text. The point in
// "2.5 g" ends none.
function sentences(text) {
  const parts = [];
  const nodes = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  let before;
  while (nodes.nextNode()) {
    const { data, parentElement } = nodes.currentNode;
    const block = parentElement.closest(BLOCKS);
    if (block !== before) {
      parts.push('');
    }
    parts[parts.length - 1] += data;
    before = block;
  }
  return parts
    .flatMap((words) => words.match(/.+?(?:[.!?]+(?=\s)|$)/gs) ?? [])
    .map((words) => words.trim())
    .filter(Boolean);
}

function settle(words = '') {
  for (const bar of document.querySelectorAll('.aloud')) {
    const isIt = bar === reading?.bar;
    const [play, stop, told] = bar.children;
    play.textContent = isIt ? (reading.part ? 'Pause' : 'Go on') : PLAY;
    if (!isIt && stop === document.activeElement) {
      play.focus();
    }
    stop.hidden = !isIt;
    told.textContent = isIt ? words : '';
    told.className = words === FAILED ? 'small' : 'hush';
  }
}

// Voices that are paused forget where they were, or never speak again: so a pause ends the
// sentence, which is read anew.
function pause(words) {
  reading.part = null;
  voice.cancel();
  settle(words);
}

function stop() {
  reading = null;
  voice.cancel();
  settle();
}

function goOn() {
  const words = reading.parts[reading.at];
  if (!words) {
    stop();
    return;
  }
  const part = new SpeechSynthesisUtterance(words);
  // What was cancelled ends too, later.
  const isIt = () => reading?.part === part;
  part.lang = reading.lang;
  part.onend = () => {
    if (isIt()) {
      reading.at += 1;
      goOn();
    }
  };
  part.onerror = () => isIt() && pause(FAILED);
  reading.part = part;
  // Another page may have left the voice paused.
  voice.resume();
  voice.speak(part);
  settle();
}

function offer(text) {
  // The page has kept the room: nothing moves when the buttons come.
  const bar = text.previousElementSibling;
  bar.setAttribute('role', 'group');
  bar.setAttribute('aria-label', `Read aloud: ${text.dataset.aloud}`);
  const play = button(PLAY, () => {
    if (reading?.bar !== bar) {
      voice.cancel();
      reading = { bar, parts: sentences(text), at: 0, lang: text.closest('[lang]')?.lang ?? 'en-GB' };
      goOn();
    } else if (reading.part) {
      pause('Paused');
    } else {
      goOn();
    }
  });
  const end = button('Stop', stop);
  end.hidden = true;
  const told = document.createElement('span');
  told.className = 'hush';
  told.setAttribute('role', 'status');
  bar.replaceChildren(play, end, told);
}

function tellWhy() {
  for (const bar of document.querySelectorAll('.aloud:empty')) {
    const words = document.createElement('p');
    words.className = 'small muted';
    words.textContent = SILENT;
    bar.append(words);
  }
}

// Some browsers find their voices only after the page is there.
function offerAll() {
  if (voice.getVoices().length > 0) {
    voice.onvoiceschanged = null;
    document.querySelectorAll('.aloud + [data-aloud]').forEach(offer);
    addEventListener('pagehide', stop);
  }
}

if (voice && window.SpeechSynthesisUtterance) {
  voice.onvoiceschanged = offerAll;
  offerAll();
  setTimeout(tellWhy, WAITS_MS);
} else {
  tellWhy();
}
