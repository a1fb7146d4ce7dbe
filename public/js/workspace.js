// The page that stands in for all others without a network: what this sign-in has kept on
// the tablet, to read, to write and to hand in. Where nobody is signed in it shows nothing
// but how much waits to be sent.
const {
  MOST_BYTES, all, bytesOf, changed, companion, element, flush, forgetPhoto, held, heldJson, inOrder, isOf, isRefused, keep, lock, mine, nextNumber, photos,
  reachable, ready, revise, sealOrAsk, session, slotOf, standing, text,
} = window.classimize;
// Of one saved file.
const MOST_TAKEN = 500;
const MOST_BYTES_TAKEN = 256 * 1024 * 1024;
const root = document.getElementById('offline-workspace');
const LABELS = { kept: 'On this tablet', sending: 'Sending', received: 'Received', needs_you: 'Needs you' };
const moment = (at) => new Date(Number(at)).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
// The form of whoever signs out found no network. Pages of staff and guardians have none of
// these scripts: here they are signed out all the same.
const isSignedOut = location.pathname === '/sign-out';
if (isSignedOut) {
  // Their other tabs show nothing any more either.
  new BroadcastChannel('signed-out').postMessage(companion());
}
const known = ready.then(() => isSignedOut && lock()).catch(() => null);
let opened = /^\/assignments\/([0-9a-f-]{36})/.exec(location.pathname)?.[1] ?? null;
let chips = null;
// What was refused and was given to the browser as a file since: whether it lies there only its owner can see.
let saved = [];
// Whether what was done last is nowhere but in the page.
const nothing = () => false;
let isUnsafe = nothing;
addEventListener('beforeunload', (event) => isUnsafe() && event.preventDefault());
// Who was told that it goes is not asked again.
document.addEventListener('sealed', () => { isUnsafe = nothing; });
// Of the form that is there now: the words of one that was left are older.
document.addEventListener('visibilitychange', () => document.hidden && window.classimize.beforeLock?.().catch(() => null));

/** What takes the form away seals the last words first; where it cannot, somebody has to say twice that they may go. */
const leaveForm = (goOn) => sealOrAsk(() => {
  isUnsafe = nothing;
  window.classimize.beforeLock = null;
  goOn();
}, () => Promise.resolve(window.classimize.beforeLock?.()).then(() => '', ({ message }) => message || 'What you did last is not kept.'));

function button(words, act, className = 'btn') {
  const made = element('button', { type: 'button', className, textContent: words });
  made.addEventListener('click', act);
  return made;
}

function html(name, inside, className = 'prose') {
  // Sanitised by the server before it was kept.
  return element(name, { innerHTML: inside, className });
}

function listOf(rows) {
  const made = element('ul', { className: 'rows' }, ...rows);
  made.setAttribute('role', 'list');
  return made;
}

function chip(item) {
  if (!item.at) {
    return element('a', { className: 'btn', textContent: 'Received; see your receipts', href: '/my-data/receipts' });
  }
  // It arrived, and could not be put where it belongs; a hand-in with a reference could.
  const isAside = item.state === 'received' && item.outcome !== 'done' && !item.reference;
  const words = item.state === 'received' && !isAside
    ? `${LABELS.received} ${item.at}${item.reference ? ` (${item.reference})` : ''}`
    : LABELS[isAside ? 'needs_you' : item.state];
  const made = element(isAside ? 'a' : 'span', { className: 'chip', textContent: words, href: '/needs-you' });
  made.dataset.tone = isAside || item.state === 'needs_you' ? 'warn' : 'info';
  return made;
}

async function showChips() {
  if (!chips) {
    return;
  }
  const { own, others, notes } = await standing();
  const rows = [...own, ...(await receipts())].map((item) => {
    const what = `${item.kind === 'hand_in' ? 'Hand-in' : 'Draft'}${item.files > 0 ? ' with files' : ''}`;
    return element('li', { className: 'row' },
      element('span', { className: 'row-title', textContent: item.title ? `${what}: ${item.title}` : what }),
      element('div', { className: 'row-end' }, chip(item)));
  });
  const parts = [];
  if (rows.length > 0) {
    parts.push(element('h2', { textContent: 'What you did here' }), listOf(rows));
  }
  parts.push(...notes.map((words) => element('p', { textContent: words })));
  const sent = localStorage.getItem('last_sent');
  if (sent) {
    parts.push(element('p', { className: 'muted', textContent: `Last sent from this tablet: ${moment(sent)}` }));
  }
  const refused = own.filter((item) => item.state === 'needs_you').map(({ id }) => id);
  if (refused.length > 0) {
    const isSaved = refused.every((id) => saved.includes(id));
    // It stays first, with the focus: who presses twice saves twice, and takes nothing away.
    const save = button(isSaved ? 'Save it again' : 'Save as a file, then take it away', async () => {
      await saveAsFile(refused);
      saved = refused;
      showChips();
    });
    save.id = 'save-refused';
    save.dataset.items = refused;
    parts.push(button('Try again what was not taken', again),
      element('div', { className: 'cluster' }, save, isSaved && button('It is saved: take it away', () => takeAway(refused))));
  }
  if (own.length + others > 0) {
    parts.push(button('Save what waits as a file', () => saveAsFile(), 'btn btn-quiet'));
  }
  // What is the same stays: it may have the focus.
  if (element('div', {}, ...parts).innerHTML === chips.innerHTML) {
    return;
  }
  const isHeld = document.activeElement?.id === 'save-refused';
  chips.replaceChildren(...parts);
  if (isHeld) {
    chips.querySelector('#save-refused')?.focus();
  }
}

/** What arrived of this sign-in, in the order in which it was made. */
async function receipts() {
  const holder = session();
  const found = [];
  for (const { id } of holder ? await all(`u:${holder.owner}`).catch(() => []) : []) {
    const receipt = id.startsWith('receipt:') && (await heldJson(holder, id));
    if (receipt) {
      found.push({ ...receipt, id: id.slice(8), state: 'received' });
    }
  }
  return found.sort((a, b) => a.made - b.made);
}

/** What this sign-in has to read: nothing where its key is not here. */
async function pack() {
  const holder = session();
  const list = holder && (await heldJson(holder, 'list'));
  if (!list) {
    return null;
  }
  const works = [];
  const slots = (await all('outbox').catch(() => [])).map((item) => item.slot);
  for (const id of list.works) {
    const kept = await heldJson(holder, `work:${id}`);
    const words = await heldJson(holder, `words:${id}`);
    if (kept) {
      // What another device wrote since is in what was fetched.
      const isNewer = words && (words.at > kept.at || slots.includes(await slotOf(holder, id)));
      works.push({ id, ...kept, words: isNewer ? words : null });
    }
  }
  return { ...list, works, look: await heldJson(holder, 'look') };
}

async function saveAsFile(ids) {
  download(await asFile(ids), 'classimize-unsent.ndjson');
}

/** The address lasts for a minute: Safari on an iPad asks for it later, and saves nothing where it is gone. */
function download(blob, name) {
  const link = element('a', { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** A file that is kept. On a student's own device its button saves it. On any other a copy would be there for the next
 * student: a picture is shown on the page instead, until the button is pressed again; of what else is saved it is said before. */
function fileRow(file, isShown = !session()?.is_own && /\.(png|jpe?g|gif|webp)$/i.test(file.name)) {
  const { id, name } = file;
  const picture = element('img', { alt: name });
  const letGo = () => URL.revokeObjectURL(picture.src);
  const open = button(`${name} (${file.size_words})`, async () => {
    if (picture.isConnected) {
      picture.remove();
      open.ariaExpanded = false;
      return;
    }
    const holder = session();
    const bytes = holder && (await held(holder, `file:${id}`));
    if (!bytes) {
      open.textContent = `${name}: not on this tablet`;
      return;
    }
    const blob = new Blob([bytes]);
    if (!isShown) {
      download(blob, name);
      return;
    }
    letGo();
    picture.src = URL.createObjectURL(blob);
    open.after(picture);
    open.ariaExpanded = true;
  }, 'btn btn-quiet');
  const row = element('p', {}, open);
  // What is drawn needs its address no more.
  picture.onload = letGo;
  picture.onerror = () => {
    letGo();
    // It is called a picture, and is none that this browser draws.
    const other = fileRow(file, false);
    row.replaceWith(other);
    other.firstChild.focus();
  };
  if (isShown) {
    open.ariaExpanded = false;
  } else if (!session()?.is_own) {
    const hint = element('span', { className: 'hint', id: `copy-${id}`, textContent: 'A copy stays on this tablet until somebody deletes it' });
    open.setAttribute('aria-describedby', hint.id);
    row.append(hint);
  }
  return row;
}

function feedback(given, head) {
  if (!given) {
    return null;
  }
  const mark = given.points === null ? '' : `Mark ${Number(given.points) / 100}${head.points === null ? '' : ` of ${Number(head.points) / 100}`}`;
  return element('section', { className: 'stack' },
    element('h2', { textContent: 'Feedback' }),
    mark ? element('p', { className: 'lede', textContent: mark }) : null,
    html('div', given.comment_html),
    element('p', { className: 'small muted', textContent: `${given.marked_by}, ${given.returned.words}` }));
}

/** What is written now goes on from these words alone, and from what was sealed before them. */
function goOnFrom(words) {
  mine.clear();
  words?.after?.forEach((id) => mine.add(id));
}

function form({ id, work, words }) {
  goOnFrom(words);
  const field = element('textarea', { className: 'input lined', id: 'text', rows: 8 });
  field.value = words?.words ?? work.text;
  const files = element('input', { type: 'file', id: 'files', multiple: true, className: 'input' });
  const said = element('p', { id: 'said' });
  said.setAttribute('role', 'status');
  let typing = 0;
  let turn = null;
  // Not all of what was done last is kept, or not yet.
  let isUnkept = false;
  // The files that lie with the draft already.
  const sealed = new Set();
  const unsealed = () => Array.from(files.files).filter((file) => !sealed.has(file));
  const save = async (isHandIn) => {
    clearTimeout(typing);
    typing = 0;
    isUnkept = true;
    const given = { words: field.value, version: words?.version ?? work.draft_version, title: work.head.title };
    const [first] = files.files;
    const isBare = given.words.trim() === '';
    if (isHandIn && isBare && !first) {
      said.textContent = 'Write an answer or add a file first.';
      isUnkept = false;
      return;
    }
    // Without words the hand-in is its files.
    const chosen = isHandIn && isBare ? Array.from(files.files) : unsealed();
    try {
      const isKept = await keep(isHandIn ? 'hand_in' : 'draft', id, { ...given, files: chosen });
      chosen.forEach((file) => sealed.add(file));
      isUnkept = false;
      said.textContent = !isKept ? 'Sent to the school.' : isHandIn
        ? 'On this tablet. It is handed in as soon as there is a network, also after you sign out.'
        : 'On this tablet.';
      // What was chosen meanwhile stays.
      if (isHandIn && files.files[0] === first) {
        files.value = '';
      }
    } catch (error) {
      // Files that are too large do not take the words with them.
      const why = chosen.length > 0 ? await keep('draft', id, given).then(() => error, (worse) => worse) : error;
      said.textContent = why.message;
    }
  };
  const inTurn = (isHandIn) => {
    turn = Promise.resolve(turn).then(() => save(isHandIn));
    return turn;
  };
  // Before the key goes, and before a tablet puts the page away, the last words are sealed.
  const now = async () => {
    await turn;
    if (typing !== 0 || isUnkept || unsealed().length > 0) {
      await inTurn();
    }
    if (isUnkept) {
      throw new Error(said.textContent);
    }
  };
  window.classimize.beforeLock = now;
  isUnsafe = () => typing !== 0 || isUnkept;
  files.addEventListener('change', () => inTurn());
  field.addEventListener('input', () => {
    clearTimeout(typing);
    said.textContent = 'Saving';
    typing = setTimeout(inTurn, 800);
  });
  return element('section', { className: 'stack' },
    element('h2', { textContent: 'My work' }),
    element('div', { className: 'field' }, element('label', { htmlFor: 'text', textContent: 'My answer' }), field),
    element('div', { className: 'field' }, element('label', { htmlFor: 'files', textContent: 'Photos and files' }),
      element('span', { className: 'hint', textContent: 'Up to 12 MB together' }), files),
    element('div', { className: 'cluster' }, button('Hand in', () => inTurn(true), 'btn btn-main')),
    said);
}

/** A photo from another app: sealed with the draft of the work that is chosen. */
async function addPhotos({ id, work, words }) {
  try {
    const files = await photos();
    if (files.length === 0) {
      throw new Error('The photo is not here any more. Share it again.');
    }
    goOnFrom(words);
    await keep('draft', id, {
      words: words?.words ?? work.text,
      version: words?.version ?? work.draft_version,
      files,
      title: work.head.title,
    });
    await forgetPhoto();
    history.replaceState(null, '', `/assignments/${id}`);
    opened = id;
    await show();
    document.getElementById('said').textContent = 'On this tablet. The photo lies with your draft as soon as there is a network.';
  } catch (error) {
    root.prepend(element('p', { textContent: error.message }));
  }
}

function choice(kept) {
  const works = kept.works.filter(({ work }) => work.can_hand_in);
  if (works.length === 0) {
    return element('p', { textContent: 'Nothing that is saved here can be handed in. Your photo waits in this window.' });
  }
  const rows = works.map((one) => element('li', { className: 'row' },
    element('span', { className: 'row-title', textContent: one.work.head.title }),
    element('div', { className: 'row-end' }, button('Add the photo', () => addPhotos(one)))));
  return element('section', {}, element('h2', { textContent: 'Which work is the photo for?' }), listOf(rows));
}

function piece(kept) {
  const { work } = kept;
  const due = work.head.due ? `Due ${work.head.due.words}. ` : '';
  return element('div', { className: 'stack' },
    element('h2', { textContent: work.head.title }),
    element('p', { className: 'muted', textContent: `${work.head.classroom.name}. ${due}Saved ${kept.saved}` }),
    html('div', work.head.instructions_html),
    ...work.head.files.map((file) => fileRow(file)),
    feedback(work.feedback, work.head),
    work.can_hand_in ? form(kept) : element('div', { className: 'stack' },
      element('h2', { textContent: 'My work' }),
      element('p', { textContent: work.text || 'Nothing was handed in.', className: 'paper' }),
      ...work.files.map((file) => fileRow(file))),
    element('p', {}, button('All my saved work', () => leaveForm(() => { opened = null; show(true); }), 'btn btn-quiet')));
}

function list(kept) {
  const rows = kept.works.map(({ id, work }) => element('li', { className: 'row' },
    button(work.head.title, () => { opened = id; show(true); }, 'btn btn-quiet row-title'),
    element('div', { className: 'row-end' },
      element('span', { textContent: work.feedback ? 'Feedback' : (work.head.due?.words ?? '') }))));
  return element('section', {}, element('h2', { textContent: 'Saved on this tablet' }), listOf(rows));
}

function wayOut() {
  return element('form', { method: 'post', action: '/sign-out' },
    element('button', { type: 'submit', className: 'btn', textContent: 'Sign out' }));
}

/** The last resort: everything sealed, or what is in `ids`, as a file that any tablet can hand in later. */
async function asFile(ids) {
  const lines = (await all('outbox')).filter(({ id }) => !ids || ids.includes(id)).map(({ id, owner, slot, kind, files, at, seq, body }) => {
    let bytes = '';
    body.forEach((byte) => { bytes += String.fromCharCode(byte); });
    return JSON.stringify({ id, owner, slot, kind, files, at, seq, body: btoa(bytes) });
  });
  return new Blob([lines.join('\n')], { type: 'application/x-ndjson' });
}

/** An item from a line of such a file, or nothing: what the seal says of itself has to fit. */
function itemFrom(line) {
  try {
    const { id, owner, slot, kind, files, at, seq, body: sealed } = JSON.parse(line);
    const body = bytesOf(sealed);
    const label = JSON.parse(text(body.slice(6, 6 + body[4] * 256 + body[5])));
    const fits = text(body.slice(0, 4)) === 'CZO1' && label.id === id && label.owner === owner && body.length <= MOST_BYTES
      && /^[0-9a-f-]{36}$/.test(id) && /^[0-9a-f]{16}$/.test(slot) && /^(draft|hand_in)$/.test(kind) && at > 0;
    return fits && { id, owner, slot, kind, files, at, seq, body, state: 'kept', tries: 0, next: 0 };
  } catch {
    return null;
  }
}

/** Takes such a file in, behind what is here, and sends what is in it. Answers how many were
 * taken and how many not: what is here already stays as it is. */
async function fromFile(file) {
  const lines = file.size > MOST_BYTES_TAKEN ? [''] : (await file.text()).split('\n').filter(Boolean);
  const found = inOrder(lines.slice(0, MOST_TAKEN).map(itemFrom).filter(Boolean));
  let taken = 0;
  await revise((items, there) => {
    const known = new Set(there.map(({ id }) => id));
    for (const item of found) {
      if (!known.has(item.id)) {
        known.add(item.id);
        items.add({ ...item, seq: nextNumber(there) + taken });
        taken += 1;
      }
    }
  });
  changed();
  flush();
  return { taken, left: lines.length - taken };
}

/** What needs somebody is tried once more, when they say so. */
async function again() {
  await revise((items, there) => there.filter(isRefused).forEach((item) => items.put({ ...item, state: 'kept', next: 0 })));
  await flush();
}

/** What its owner has saved as a file, and the school still refuses, leaves the tablet. */
async function takeAway(ids) {
  const holder = session();
  await revise((items, there) => there.filter((item) => ids.includes(item.id) && isOf(holder, item) && isRefused(item))
    .forEach(({ id }) => items.delete(id)));
  changed();
}

function takeFile() {
  const field = element('input', { type: 'file', id: 'unsent', className: 'input', accept: '.ndjson' });
  const said = element('span', { className: 'hint' });
  said.setAttribute('role', 'status');
  field.addEventListener('change', async () => {
    said.textContent = await fromFile(field.files[0]).then(({ taken, left }) => (left === 0
      ? 'Taken in.'
      : `Taken in: ${taken}. Not taken, as damaged, too large or here already: ${left}.`), () => 'There is no room left on this tablet.');
    field.value = '';
  });
  return element('div', { className: 'field' },
    element('label', { htmlFor: 'unsent', textContent: 'Hand in from a saved file' }), said, field);
}

/** Where somebody turned to it, a screen reader goes there too. */
async function show(isTurned = false) {
  await known;
  // Whoever is not known to this window yet is not shown the photo, and told that it waits.
  const hasPhoto = (await photos()).length > 0 || (!session() && sessionStorage.getItem('photo') !== null);
  const kept = session() ? await pack() : null;
  Object.assign(document.documentElement.dataset, kept?.look);
  chips = element('section', { className: 'stack', id: 'waiting' });
  chips.setAttribute('aria-live', 'polite');
  const parts = [];
  // Also somebody of whom nothing is here: the way out is.
  const isSomebody = session() || companion();
  if (!session()) {
    const words = isSignedOut ? 'Signed out. Nobody is signed in. Signing in needs a network.'
      : isSomebody ? 'You are signed in, but nothing is kept here to read without a network.' : 'Nobody is signed in. Signing in needs a network.';
    parts.push(element('p', { className: 'lede', textContent: words }));
    if (hasPhoto) {
      parts.push(element('p', { textContent: 'Your photo waits in this window for ten minutes. Sign in here as soon as there is a network, and choose its work.' }));
    }
  } else if (!kept || kept.works.length === 0) {
    parts.push(element('p', { className: 'lede', textContent: 'Nothing is saved here to read without a network.' }));
  } else {
    const one = kept.works.find(({ id }) => id === opened);
    parts.push(element('p', { className: 'lede', textContent: `${kept.name}, you can go on here. What you do is sent as soon as there is a network.` }));
    parts.push(hasPhoto ? choice(kept) : one ? piece(one) : list(kept));
  }
  // Nobody's page, also the one that signing out without a network left: there is no going back to it.
  const isNowhere = location.pathname === '/shell' || !session();
  parts.push(chips, element('p', { className: 'cluster' },
    button('Try the network again', async () => {
      if (await reachable()) {
        leaveForm(() => location.assign(isNowhere ? '/' : location.href));
      }
    }),
    isSomebody ? wayOut() : null), takeFile());
  root.replaceChildren(...parts);
  const heading = root.querySelector('h2');
  if (isTurned && heading) {
    heading.tabIndex = -1;
    heading.focus();
  }
  await showChips();
  root.dataset.ready = '';
}

document.addEventListener('outbox', showChips);
show();
