// Reads a text aloud with the voice of the device: buttons before everything that is
// marked for it. Where the browser has no voice there are no buttons.
const voice = window.speechSynthesis;
const PLAY = 'Read aloud';
let reading = null;

function button(words, act) {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = 'btn';
  made.textContent = words;
  made.addEventListener('click', act);
  return made;
}

// In sentences: some voices stop in the middle of a long text.
function sentences(text) {
  const blocks = [...text.querySelectorAll('p, li, h1, h2, h3, h4, td, th, dt, dd, blockquote')]
    .filter((block) => !block.querySelector('p, li'));
  return (blocks.length > 0 ? blocks : [text])
    .flatMap((block) => block.textContent.trim().match(/[^.!?]+[.!?]*\s*/g) ?? [])
    .filter((words) => words.trim());
}

function settle(now) {
  reading = now === 'stopped' ? null : reading;
  for (const bar of document.querySelectorAll('.aloud')) {
    const isIt = bar === reading;
    const [play, stop, told] = bar.children;
    play.textContent = isIt ? (now === 'paused' ? 'Go on' : 'Pause') : PLAY;
    stop.hidden = !isIt;
    told.textContent = isIt && now === 'paused' ? 'Paused' : '';
  }
}

function begin(bar, text) {
  voice.cancel();
  reading = bar;
  const parts = sentences(text);
  parts.forEach((words, at) => {
    const part = new SpeechSynthesisUtterance(words);
    part.lang = text.closest('[lang]')?.lang ?? 'en-GB';
    if (at === parts.length - 1) {
      part.addEventListener('end', () => reading === bar && settle('stopped'));
    }
    voice.speak(part);
  });
  settle(parts.length > 0 ? 'speaking' : 'stopped');
}

function stop(bar) {
  voice.cancel();
  settle('stopped');
  bar.firstElementChild.focus();
}

function offer(text) {
  // The page has kept the room: nothing moves when the buttons come.
  const bar = text.previousElementSibling;
  bar.setAttribute('role', 'group');
  bar.setAttribute('aria-label', `Read aloud: ${text.dataset.aloud}`);
  const play = button(PLAY, () => {
    if (reading !== bar) {
      begin(bar, text);
    } else if (voice.paused) {
      voice.resume();
      settle('speaking');
    } else {
      voice.pause();
      settle('paused');
    }
  });
  const end = button('Stop', () => stop(bar));
  end.hidden = true;
  const told = document.createElement('span');
  told.className = 'hush';
  told.setAttribute('role', 'status');
  bar.append(play, end, told);
}

if (voice && window.SpeechSynthesisUtterance) {
  document.querySelectorAll('.aloud + [data-aloud]').forEach(offer);
  addEventListener('pagehide', () => voice.cancel());
}
