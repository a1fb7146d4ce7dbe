// Work without a network. What a student does is sealed, so that only the server can open
// it, and waits in the database "outbox"; it survives signing out, and whoever uses the
// tablet next delivers it. What a student keeps to read lies in a database of their own,
// encrypted with a key that this sign-in alone has. See docs/offline.md.

const MOST_BYTES = 12 * 1024 * 1024;
// Of one piece of work that somebody asked for.
const MOST_FILES_SAVED = 50 * 1024 * 1024;
// Until somebody signs in.
const PHOTO_WAITS = 10 * 60_000;
const NO_ROOM = 'There is no room left on this tablet. Ask for help before you close this page.';
const TOO_LARGE = 'Photos and files of more than 12 MB together are not kept on this tablet.';
const DAY = 24 * 60 * 60_000;

const utf8 = new TextEncoder();
const text = (bytes) => new TextDecoder().decode(bytes);
const unhex = (word) => Uint8Array.from(word.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
const bytesOf = (words) => Uint8Array.from(atob(words), (sign) => sign.charCodeAt(0));
const joined = async (...parts) => new Uint8Array(await new Blob(parts).arrayBuffer());
const isShell = document.getElementById('offline-workspace') !== null;
const isSomebodys = isShell || document.querySelector('form[action="/sign-out"]');
const channel = new BroadcastChannel('classimize');

// ---- Rules --------------------------------------------------------------------------
// What becomes of items, by what is handed in alone: no page, no storage, no clock. The
// tests play these lines as they stand here (end2end/tests/rules.spec.ts).

// The table of app/vocab/src/outbox.rs, word for word; a test compares the two.
const AFTER = { kept: { send: 'sending', lost: 'kept', receipt: 'received', refused: 'needs_you' }, sending: { send: 'sending', lost: 'kept', receipt: 'received', refused: 'needs_you' }, received: { send: 'received', lost: 'received', receipt: 'received', refused: 'received' }, needs_you: { send: 'sending', lost: 'needs_you', receipt: 'received', refused: 'needs_you' } };
const LONGEST_WAIT = 300_000;
const POST_TAKES = 30 * 60_000;

/** In the order in which they were kept, whatever the tablet's clock said. Items of an
 * earlier version have no number: they are older. */
const inOrder = (items) => [...items].sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0) || a.at - b.at);
const nextNumber = (items) => Math.max(0, ...items.map(({ seq }) => seq ?? 0)) + 1;

/** "posted" is what a form carries: it goes by itself only if no page ever said what came of it. */
const waits = (item, now) => item.state === 'kept' || (item.state === 'posted' && Math.abs(now - item.at) > POST_TAKES);

/** What is sent next: of each piece of work the oldest alone. A clock that was set back
 * makes nothing wait for longer than it would have. */
function nextOf(items, now, atOnce, tried) {
  const held = new Set();
  return inOrder(items).find((item) => {
    const isFirst = waits(item, now) && !held.has(item.slot);
    // What never gets through, such as a photo past a filter, stops the words behind it for minutes.
    if (isFirst && !(item.files > 0 && item.tries > 9)) {
      held.add(item.slot);
    }
    return isFirst && !tried.has(item.id) && (atOnce || item.next <= now || item.next > now + LONGEST_WAIT);
  });
}

/** Whether newer words stand for an item of the same work. Never for one with a photo in it,
 * nor for one that does not say (from a file that an earlier version saved). Nor for one that
 * `mine`, what this page sealed or showed, does not have: its words are in no field here. */
function standsFor({ slot, kind }, one, mine) {
  const isOlder = (one.kind === 'draft' && one.state !== 'posted') || kind === 'hand_in';
  return one.slot === slot && one.files === 0 && isOlder && mine.has(one.id);
}

/** What an item says that it goes on from; no more are read of it. What gave way before any of it
 * was sent goes first: no server can have it, unless it came in a saved file. */
const named = (mine, neverSent) => [...mine].sort((a, b) => neverSent.has(b) - neverSent.has(a)).slice(-99);

/** What an answer makes of an item, whose tries count this one; `status` is 0 where none came,
 * `chance` from 0 to 1. */
function answered(item, status, now, chance) {
  const step = status === 200 ? 'receipt' : [400, 413, 422].includes(status) ? 'refused' : 'lost';
  const wait = Math.min(LONGEST_WAIT, 500 * 2 ** item.tries) * (0.5 + chance / 2);
  return { ...item, state: AFTER.sending[step], next: now + wait };
}

// ---- Databases ----------------------------------------------------------------------

const open = new Map();

function database(name) {
  if (!open.has(name)) {
    open.set(name, new Promise((resolve, reject) => {
      const asked = indexedDB.open(name, 1);
      asked.onupgradeneeded = () => {
        asked.result.createObjectStore('items', { keyPath: 'id' });
      };
      asked.onsuccess = () => {
        const db = asked.result;
        const close = () => {
          open.delete(name);
          db.close();
        };
        // Another tab deletes it: whoever holds on to it would keep it alive.
        db.onversionchange = close;
        db.onclose = close;
        resolve(db);
      };
      asked.onerror = () => {
        open.delete(name);
        reject(asked.error);
      };
    }));
  }
  return open.get(name);
}

async function within(name, mode, use) {
  const db = await database(name);
  return new Promise((resolve, reject) => {
    const transaction = db.transaction('items', mode, { durability: 'strict' });
    const asked = use(transaction.objectStore('items'));
    transaction.oncomplete = () => resolve(asked?.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

const all = (name) => within(name, 'readonly', (items) => items.getAll());
const put = (name, item) => within(name, 'readwrite', (items) => items.put(item));
const remove = (name, id) => within(name, 'readwrite', (items) => items.delete(id));

/** Whether this database is here: nothing is made by asking. True where the browser does
 * not say. */
async function isHere(name) {
  return (await indexedDB.databases?.())?.some((one) => one.name === name) ?? true;
}

/** Every database that somebody kept to read here. */
async function packs() {
  const named = await indexedDB.databases?.().catch(() => []);
  return new Set([...(named ?? []).map(({ name }) => name), sessionStorage.packs].filter((name) => name?.startsWith('u:')));
}

async function forget(name) {
  (await open.get(name)?.catch(() => null))?.close();
  open.delete(name);
  await new Promise((done) => {
    const asked = indexedDB.deleteDatabase(name);
    asked.onsuccess = asked.onerror = done;
    // Another tab lets go of it in a moment.
    asked.onblocked = () => setTimeout(done, 500);
  });
}

// ---- The sign-in --------------------------------------------------------------------

let gateIsOpen = true;
// Each page of somebody holds the lock "here" until it has sealed what was typed in it: who
// forgets the device waits for that.
let letGoHere;
const isLeft = new Promise((done) => { letGoHere = done; });
let ending = new AbortController();
/** The ticket of this page, also after the server has ended the session: what is typed
 * then is still sealed. */
let ticket = null;

const SK = /(?:^|; )((?:__Host-)?sk)=([0-9a-f]+)/;
const companion = () => SK.exec(document.cookie)?.[2] ?? null;
const companionAtFirst = companion();

/** Without it the server ends the session when it meets it next. */
function dropCompanion() {
  document.cookie = 'sk=; Path=/; Max-Age=0; SameSite=Lax';
  document.cookie = '__Host-sk=; Path=/; Max-Age=0; SameSite=Lax; Secure';
}

/** On a device that is somebody's own: their ticket, with keys that scripts can use and
 * not read. It stays when the browser closes, and goes when they sign out. */
let own = null;

/** Whether the tablet's clock was set back since then: how long ago it was nobody knows. */
const wasSetBack = (at) => !(Date.now() > at - 60_000);
const isOver = (at, time) => wasSetBack(at) || Date.now() - at > time;

/** By the server's clock: the tablet's may be wrong by days. */
const isOn = ({ expires_at: until, ahead = 0, at = 0 }) => Date.parse(until) > Date.now() - ahead && !wasSetBack(at);

async function readOwn() {
  [own = null] = (await isHere('own')) ? await all('own') : [];
  if (own && !isOn(own)) {
    await forgetOwn();
  }
}

async function keepOwn({ ticket_key, data_key, ...given }) {
  const before = own?.owner === given.owner ? own.data : null;
  const data = before ?? (await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']));
  const made = { ...given, id: 'own', sk: companion(), data, sign: await hmacKey(unhex(ticket_key)) };
  if (!gateIsOpen) {
    // Signed out meanwhile: nothing comes back.
    return null;
  }
  await put('own', made);
  own = made;
  return made;
}

async function forgetOwn() {
  own = null;
  await forget('own');
}

/** Whether somebody else has signed in in this browser since this page was opened: nothing
 * of it is theirs, and nothing that is done in it. The page where one signs in is nobody's. */
function isOfAnother() {
  const now = companion();
  const atFirst = companionAtFirst ?? own?.sk;
  return isSomebodys && now && atFirst && now !== atFirst;
}

/** The ticket of whoever is signed in on this page, or whose own device this is, or
 * nothing. */
function session() {
  if (own && [null, own.sk].includes(companion()) && isOn(own)) {
    return own;
  }
  const kept = JSON.parse(sessionStorage.offline ?? 'null');
  return kept && kept.sk === companion() && isOn(kept) ? kept : null;
}

/** The ticket of this page, whoever signed in in another tab. */
const holderHere = () => ticket ?? session();

async function ensureTicket() {
  const kept = session();
  if (kept) {
    ticket = kept;
    return kept;
  }
  delete sessionStorage.offline;
  if (isOfAnother() || !companion() || !document.querySelector('form[action="/sign-out"]')) {
    return null;
  }
  const answer = await fetch('/offline/ticket', { signal: ending.signal });
  if (answer.status >= 500) {
    // As where there is no network: it is asked again.
    throw new TypeError();
  }
  if (!answer.ok || !gateIsOpen || isOfAnother()) {
    return null;
  }
  const ahead = Date.now() - Date.parse(answer.headers.get('date') ?? new Date());
  const given = { ...(await answer.json()), sk: companion(), ahead };
  if (given.is_own) {
    ticket = await keepOwn(given);
  } else {
    await forgetOwn();
    ticket = { ...given, at: Date.now() };
    sessionStorage.offline = JSON.stringify(ticket);
    touch();
  }
  sessionStorage.packs = `u:${ticket.owner}`;
  delete sessionStorage.unkept;
  return ticket;
}

/** Takes away everything that somebody else kept here to read; what is sealed stays. */
async function purge(but = null) {
  for (const name of await packs()) {
    if (name !== but) {
      await forget(name);
    }
  }
}

/** Ends the sign-in on this tablet, network or not. The order matters: nothing may write
 * again what was just taken away. */
async function lock(isSealed = false) {
  if (!isSealed) {
    await sealOrNote();
  }
  gateIsOpen = false;
  ending.abort();
  ticket = null;
  if (!isOfAnother()) {
    dropCompanion();
  }
  delete sessionStorage.offline;
  // A tab that is told finds no key when it opens again.
  await forgetOwn().catch(() => null);
  channel.postMessage('lock');
  await purge();
  await forgetOwn().catch(() => null);
  await forgetPhoto();
  delete sessionStorage.packs;
}

/** Nothing of this page is shown any more: another tab signed out, or somebody else is signed
 * in now. What was typed or chosen in it is sealed with the ticket that it still has. With
 * `lock` its sign-in ends too. */
async function leaveSealed(seal) {
  gateIsOpen = false;
  const sealing = seal();
  document.body.replaceChildren();
  await sealing.catch(() => null);
  letGoHere();
  await leave();
}

/** The next page says what could not be kept. */
async function sealOrNote() {
  const why = await sealTheRest();
  if (why) {
    sessionStorage.unkept = why === TOO_LARGE ? why : 'There was no room left on this tablet for what was done last.';
    // The page goes all the same, and does not ask whether it may.
    toldSealed();
  }
}

async function leave() {
  ending.abort();
  ticket = null;
  own = null;
  document.body.replaceChildren();
  const { sk } = JSON.parse(sessionStorage.offline ?? '{}');
  // Somebody else may have signed in in this window, and what it holds is theirs.
  if (!sk || sk === companionAtFirst) {
    delete sessionStorage.offline;
    delete sessionStorage.touched;
    await forgetPhoto().catch(() => null);
  }
  location.replace('/sign-in');
}

// When it was said last that this page was touched.
let toldTouch = 0;

/** When this window was touched last stays with it, also where the page is loaded again. The
 * server is told with whatever it is asked next: without a network it sees no touch, and it
 * would take a tablet in use for one that lies about. */
async function touch() {
  sessionStorage.touched = Date.now();
  // What the finger is on stays until it has been lifted.
  setTimeout(askIfStillThere, 500);
  const { touch_key: key, ahead = 0 } = holderHere() ?? {};
  const [, name, sk] = SK.exec(document.cookie) ?? [];
  if (!key || !sk || Math.abs(Date.now() - toldTouch) < 30_000) {
    return;
  }
  toldTouch = Date.now();
  const at = Math.floor((toldTouch - ahead) / 1000);
  const proof = hex(await proven({ ticket_key: key }, utf8.encode(at)));
  // Signed out meanwhile: nothing comes back.
  if (gateIsOpen && companion() === sk) {
    document.cookie = `${name}=${sk}.${at}.${proof}; Path=/; SameSite=Lax${name === 'sk' ? '' : '; Secure'}`;
  }
}

/** The tabs of one sign-in rest together. */
function touched() {
  if (!(Math.abs(Date.now() - sessionStorage.touched) < 1_000) && !isOverdue()) {
    channel.postMessage('touched');
    touch();
  }
}

/** Never on a device of one's own; after ten minutes where a class shares it. In `soon`
 * milliseconds from now. */
function isOverdue(soon = 0) {
  // Ten where a sign-in from before does not say.
  const { idle_minutes: minutes = 10 } = holderHere() ?? { idle_minutes: null };
  if (minutes === null || !companion()) {
    return false;
  }
  sessionStorage.touched ??= Date.now();
  return isOver(sessionStorage.touched, minutes * 60_000 - soon);
}

let stillThere = null;

/** For a minute before this page goes, so that whoever reads or thinks can stay. */
function askIfStillThere() {
  if (!gateIsOpen || !isOverdue(60_000)) {
    stillThere?.remove();
    stillThere = null;
  } else if (!stillThere) {
    stillThere = element('p', { className: 'still-there', textContent: 'Still there? Touch the page or press a key, else it closes in a minute. Your work is kept.' });
    stillThere.setAttribute('role', 'alert');
    document.body.append(stillThere);
  }
}

/** Where this page is not theirs any more who look at it, it goes. */
async function leaveInTime() {
  // Whoever is read to is here.
  if (globalThis.speechSynthesis?.speaking) {
    touched();
  }
  askIfStillThere();
  if (gateIsOpen && !document.prerendering && (isOfAnother() || isOverdue())) {
    await leaveSealed(isOfAnother() ? sealOrNote : lock);
  }
}

/**
 * Asks whether the sign-in still holds: where the server has ended it, this page ends it
 * too; on a device of one's own, where somebody ended it on purpose. Where the school has
 * forgotten the device, all that can be read goes at once, and the rest as soon as nothing
 * waits to be sent.
 */
async function ask() {
  await leaveInTime();
  // Another tab may have signed in since.
  await readOwn().catch(() => null);
  const headers = own ? { 'Offline-Ticket': own.ticket } : {};
  const answer = await fetch('/offline/standing', { cache: 'no-store', headers }).catch(() => null);
  if (!answer?.ok) {
    asked = -1;
    return;
  }
  const standing = await answer.json();
  if (standing.forgotten) {
    const wasSignedIn = companionAtFirst ?? session();
    await lock();
    await Promise.all((await caches.keys()).map((name) => caches.delete(name)));
    await flush({ atOnce: true });
    // What was refused never goes: its owner has a week to save it.
    if ((await all('outbox')).every((item) => isRefused(item) && Date.now() - item.next > 7 * DAY)) {
      await forget('outbox');
      localStorage.clear();
      await fetch('/offline/forgotten', { method: 'POST' });
    }
    if (wasSignedIn) {
      await leave();
    }
  } else if (!standing.signed_in && gateIsOpen && (session()?.is_own ? standing.ended : companionAtFirst)) {
    await leaveSealed(lock);
  }
}

// When it was asked last; -1 where nobody answered. A network that says it is back may not
// carry anything yet.
let asked = 0;
function askSometimes() {
  if (Date.now() - asked > 60_000) {
    asked = Date.now();
    ask().catch(() => null);
  }
}

// ---- A photo from another app -------------------------------------------------------

// The worker encrypted it. The address that it opened holds, behind the sign that is never
// sent, what opens the photo's key once: a browser may remember addresses. From then on the
// key lies in this window alone, with the time and, as soon as somebody is signed in, whose
// it is.
const [, once] = /^#photo=([0-9a-f]{64})$/.exec(location.hash) ?? [];
if (once) {
  history.replaceState(null, '', location.pathname + location.search);
}
// While a photo waits in this window, no other window takes it away.
let letPhotoGo;
const photoIsGone = new Promise((done) => { letPhotoGo = done; });
let photoIsHeld = null;
function holdPhoto() {
  photoIsHeld ??= navigator.locks.request('photo', { mode: 'shared' }, () => photoIsGone);
}
if (sessionStorage.photo) {
  holdPhoto();
}
if (sessionStorage.photo_added) {
  delete sessionStorage.photo_added;
  if (/[?&]done=/.test(location.search)) {
    forgetPhoto();
  }
}

async function forgetPhoto() {
  delete sessionStorage.photo;
  letPhotoGo();
  await photoIsHeld;
  await navigator.locks.request('photo', { ifAvailable: true }, (free) => free && forget('shared'));
}

/** Takes the key out of the database: whoever finds the address later opens nothing. */
async function takeKey() {
  const kept = once && (await within('shared', 'readonly', (items) => items.get('key')));
  if (kept) {
    sessionStorage.photo = `${hex(await opened(await photoKey(once), kept))} ${Date.now()}`;
    holdPhoto();
    await remove('shared', 'key');
  }
}

const photoKey = (key) => aesKey(unhex(key));
const opened = (secret, { iv, data }) => crypto.subtle.decrypt({ name: 'AES-GCM', iv }, secret, data);

/**
 * The key of the photo that waits in this window, for the one whose it is: the first who
 * is signed in here while it waits, if that is within ten minutes. For everybody else the
 * photo goes. A sign-in that is not known yet opens nothing and takes nothing away.
 */
async function ownPhoto() {
  const [key, at, whose] = sessionStorage.photo?.split(' ') ?? [];
  if (!key) {
    return null;
  }
  const who = session()?.owner;
  if (!who && companion()) {
    return null;
  }
  if (whose ? whose !== who : isOver(at, PHOTO_WAITS)) {
    await forgetPhoto();
    return null;
  }
  if (who && !whose) {
    sessionStorage.photo = `${key} ${at} ${who}`;
  }
  return key;
}

/** What no window has the key to any more, the next page deletes. */
async function watchPhoto() {
  await ownPhoto();
  if (!sessionStorage.photo && (await isHere('shared'))) {
    const isOld = ({ at }) => isOver(at, PHOTO_WAITS);
    await navigator.locks.request('photo', { ifAvailable: true }, async (free) => {
      if (free && (await all('shared')).every(isOld)) {
        await forget('shared');
      }
    });
  }
}

/** The photos that wait in this window for their work. */
async function photos() {
  const key = await ownPhoto();
  if (!key) {
    return [];
  }
  const secret = await photoKey(key);
  return Promise.all((await all('shared')).map(async (item) => {
    const bytes = new Uint8Array(await opened(secret, item));
    const end = bytes.indexOf(10);
    const { name, type } = JSON.parse(text(bytes.slice(0, end)));
    return new File([bytes.slice(end + 1)], name, { type });
  })).catch(() => []);
}

/** Puts them into a field for files. */
async function intoField(field) {
  const held = new DataTransfer();
  (await photos()).forEach((file) => held.items.add(file));
  field.files = held.files;
}

// ---- Sealing ------------------------------------------------------------------------

const aesKey = (bytes) => crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']);

const hmacKey = (bytes) => crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);

/** A proof with the key of a ticket, which on a device of one's own cannot be read. */
async function proven(holder, bytes) {
  const key = holder.sign ?? (await hmacKey(unhex(holder.ticket_key)));
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes));
}

/** One item as the server reads it: see server/domain/src/offline/envelope.rs. */
async function seal(holder, id, head, files) {
  const label = utf8.encode(JSON.stringify({ id, owner: holder.owner, key: holder.key }));
  const said = utf8.encode(JSON.stringify({ ...head, ticket: holder.ticket }));
  const length = Uint8Array.of(said.length >> 24, said.length >> 16, said.length >> 8, said.length);
  const plain = await joined(length, said, ...files);
  const proof = await proven(holder, await joined(label, plain));
  const server = unhex(holder.public_key);
  const curve = { name: 'ECDH', namedCurve: 'P-256' };
  const theirs = await crypto.subtle.importKey('raw', server, curve, false, []);
  const ours = await crypto.subtle.generateKey(curve, false, ['deriveBits']);
  const point = new Uint8Array(await crypto.subtle.exportKey('raw', ours.publicKey));
  const shared = await crypto.subtle.deriveBits({ name: 'ECDH', public: theirs }, ours.privateKey, 256);
  const drawn = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey']);
  const key = await crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: await joined(point, server), info: utf8.encode('classimize outbox 1') },
    drawn, { name: 'AES-GCM', length: 256 }, false, ['encrypt'],
  );
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: label }, key, await joined(plain, proof));
  const size = Uint8Array.of(label.length >> 8, label.length);
  return joined('CZO1', size, label, point, iv, sealed);
}

const dataKey = (holder) => holder.data ?? aesKey(unhex(holder.data_key));

/** Keeps something to read on this tablet, for this sign-in alone. */
async function hold(holder, id, value) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = value instanceof Uint8Array ? value : utf8.encode(JSON.stringify(value));
  const data = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await dataKey(holder), plain);
  if (gateIsOpen) {
    await put(`u:${holder.owner}`, { id, iv, data });
  }
}

async function held(holder, id) {
  // Asking would make the database anew that was just deleted.
  const found = gateIsOpen && (await within(`u:${holder.owner}`, 'readonly', (items) => items.get(id)).catch(() => null));
  // The key of what an earlier sign-in kept is gone.
  return found ? opened(await dataKey(holder), found).then((plain) => new Uint8Array(plain), () => null) : null;
}

async function heldJson(holder, id) {
  const bytes = await held(holder, id);
  return bytes && JSON.parse(text(bytes));
}

// ---- The outbox ---------------------------------------------------------------------

/** Which items are on their way from this page. It is kept nowhere: a page that is closed
 * in the middle leaves its items as "kept", and they are sent again. */
const sending = new Set();
const stateOf = (item) => (sending.has(item.id) || item.state === 'posted' ? 'sending' : item.state);
/** What this page sealed itself, and what the shell shows of other pages: what is written here
 * goes on from it. */
const mine = new Set();
/** What of it gave way and had never left the tablet. */
const neverSent = new Set();

/** A number for one piece of work of one sign-in, by which items keep their order. */
async function slotOf(holder, work) {
  return hex(await proven(holder, utf8.encode(`slot ${work}`))).slice(0, 16);
}

/** Changes the outbox with all that is in it in view: no other tab comes between. */
const revise = (change) => within('outbox', 'readwrite', (items) => {
  const there = items.getAll();
  there.onsuccess = () => change(items, there.result);
});

/** What newer words stand for goes. */
const giveWay = (newer) => (items, there) => there
  .filter((one) => !sending.has(one.id) && standsFor(newer, one, mine)).forEach(({ id, tries }) => {
    items.delete(id);
    // Where it stays after all, it may still be sent.
    items.transaction.addEventListener('complete', () => tries || neverSent.add(id));
  });

/**
 * Seals what was done and keeps it until it is delivered. `kind` is "draft" or "hand_in";
 * answers the item's key, and nothing where it went to the school at once. Fails where the
 * tablet has no room and there is no network, and then nothing is lost: what was typed is
 * still in the page.
 */
async function keep(kind, work, { words, version, files = [], title = '' }, state = 'kept') {
  const holder = holderHere();
  if (!holder) {
    throw new Error('Nobody is signed in on this tablet.');
  }
  const empty = files.find(({ size }) => !size);
  if (empty) {
    throw new Error(`${empty.name} is empty. Choose it again.`);
  }
  const bytes = files.reduce((sum, file) => sum + file.size, words.length * 3);
  if (bytes > MOST_BYTES - 8192) {
    throw new Error(TOO_LARGE);
  }
  const id = crypto.randomUUID();
  // By these the server tells this window from another one of the same sign-in.
  const after = named(mine, neverSent);
  mine.add(id);
  const head = {
    operation: kind,
    assignment: work,
    version,
    after,
    text: words,
    made_at: new Date().toISOString(),
    files: files.map(({ name, type, size }) => ({ name, media_type: type, size })),
  };
  const body = await seal(holder, id, head, files);
  const slot = await slotOf(holder, work);
  const item = { id, owner: holder.owner, slot, kind, body, files: files.length, at: Date.now(), state, tries: 0, next: 0 };
  const about = { work, kind, title };
  const isKept = await revise((items, there) => {
    items.put({ ...item, seq: nextNumber(there) });
    // What was posted and never answered goes before this.
    there.filter((one) => one.slot === slot && one.state === 'posted').forEach((one) => items.put({ ...one, state: 'kept' }));
    giveWay(item)(items, there);
  }).then(() => true, async () => {
    // No room: it goes to the school at once, if not with a form.
    const { status, receipt } = state === 'kept' && (await reachable()) ? await post(item) : {};
    if (status !== 200) {
      // What was posted may have arrived all the same.
      if (status === undefined) {
        mine.delete(id);
      }
      throw new Error(NO_ROOM);
    }
    await revise(giveWay(item)).catch(() => null);
    await arrived({ ...item, about }, receipt).catch(() => null);
  });
  // Somebody is at work.
  knocks = 0;
  await hold(holder, `words:${work}`, { words, version, kind, at: item.at, after: [...after, id] }).catch(() => null);
  await hold(holder, `item:${id}`, about).catch(() => null);
  navigator.storage.persist().catch(() => null);
  changed();
  // A page behind another app may yet hear that the server has them.
  if (isShell || !document.hidden) {
    flush();
  }
  return isKept && id;
}

/** Browsers of 2021 have no `AbortSignal.timeout`. */
function notAfter(milliseconds) {
  const end = new AbortController();
  setTimeout(() => end.abort(), milliseconds);
  return end.signal;
}

/** True where the server answers. What the browser believes of its network is not asked. */
async function reachable() {
  try {
    const answer = await fetch('/healthz', { cache: 'no-store', credentials: 'omit', signal: notAfter(4000) });
    return answer.ok && (await answer.text()) === 'alive';
  } catch {
    return false;
  }
}

let timer = 0;
let knocks = 0;
let knocking = 0;

/** Not every browser says that the network is back: while something waits, the door is
 * knocked at, ever more seldom. */
function knockLater() {
  clearTimeout(knocking);
  knocking = setTimeout(() => !document.hidden && flush({ atOnce: true }), Math.min(30, 2 ** knocks) * 1000);
  knocks += 1;
}

/**
 * Sends what waits, oldest first for each piece of work. One tab at a time does so. Where
 * the network has just come back, nothing waits for its next turn.
 */
async function flush({ atOnce = false } = {}) {
  const work = async (isOurTurn) => {
    const tried = new Set();
    // What is done while this sends goes in the same turn.
    for (let asked = false; isOurTurn; asked = true) {
      const next = nextOf(await all('outbox'), Date.now(), atOnce, tried);
      if (!next) {
        return;
      }
      if (!asked && !(await reachable())) {
        knockLater();
        return;
      }
      knocks = 0;
      tried.add(next.id);
      await deliver(next);
    }
  };
  try {
    // Who asks for it now waits for a turn that is under way; it may have passed this by.
    await navigator.locks.request('outbox', { ifAvailable: !atOnce }, work);
  } catch {
    // No storage, or none any more: what is typed stays in the page.
  }
  changed();
}

/** Brings one item to the school: the status of its answer, 0 where none came, and the receipt. */
async function post({ id, body }) {
  sending.add(id);
  changed();
  try {
    const answer = await fetch('/outbox', {
      method: 'POST',
      headers: { 'Content-Type': 'application/octet-stream' },
      body,
      credentials: 'omit',
      // One that hangs keeps no other waiting for ever: a minute, and 20 KB a second.
      signal: notAfter(60_000 + body.length / 20),
    });
    const { receipt } = answer.ok ? await answer.json() : {};
    const isReceipt = typeof receipt === 'string' && receipt !== '';
    // What a network on the way refuses may go through the next.
    return { status: isReceipt || answer.headers.has('X-Outbox-Refused') ? answer.status : 0, receipt };
  } catch {
    // Whether it arrived is not known.
    return { status: 0 };
  } finally {
    sending.delete(id);
  }
}

/** Writes an item anew. False where newer words have taken its place in another tab. */
async function renew(item) {
  let isThere;
  await revise((items, there) => {
    isThere = there.some(({ id }) => id === item.id);
    return isThere && items.put(item);
  });
  return isThere;
}

async function deliver(item) {
  // Counted before it goes: whether it arrived may never be heard. What has files never gives way.
  item.tries += 1;
  if (item.files === 0 && !(await renew(item).catch(() => true))) {
    return;
  }
  const { status, receipt } = await post(item);
  const after = answered(item, status, Date.now(), Math.random());
  if (after.state === 'received') {
    await arrived(item, receipt);
  } else {
    await renew(after);
    clearTimeout(timer);
    timer = setTimeout(flush, after.next - Date.now() + 50);
  }
  changed();
}

async function arrived(item, receipt) {
  const detail = await received(item, receipt).catch(() => null);
  await remove('outbox', item.id);
  try {
    localStorage.last_sent = Date.now();
  } catch {
    // Only a date for a warning.
  }
  if (detail) {
    // Last of all: a page that is turned now leaves nothing behind to be sent again.
    document.dispatchEvent(new CustomEvent('received', { detail }));
  }
}

/** Reads and keeps the receipt where it is one's own, and answers what it is about: the key
 * for it is this sign-in's alone. */
async function received(item, sealed) {
  const holder = holderHere();
  if (!holder || holder.owner !== item.owner || !gateIsOpen) {
    return null;
  }
  const key = await aesKey(await proven(holder, utf8.encode('receipt')));
  const iv = (await proven(holder, utf8.encode(`receipt of ${item.id}`))).slice(0, 12);
  // What was made under another sign-in is for that one's key: it was received all the same.
  const receipt = await opened(key, { iv, data: bytesOf(sealed) }).then((plain) => JSON.parse(text(plain)), () => null);
  const about = item.about ?? (await heldJson(holder, `item:${item.id}`));
  // Also where there is no room for it: the page is told.
  await hold(holder, `receipt:${item.id}`, { ...about, ...receipt, kind: item.kind, made: item.at }).catch(() => null);
  const words = receipt?.outcome === 'done' && (await heldJson(holder, `words:${about?.work}`));
  if (words) {
    await hold(holder, `words:${about.work}`, { ...words, at: Date.now() }).catch(() => null);
  }
  return receipt && { ...about, ...receipt, id: item.id, made: item.at };
}

const isRefused = ({ state }) => state === 'needs_you';
const isOf = (holder, { owner }) => owner === holder?.owner;

/** Where everything is, for whoever shows it: one's own items with their work, and how
 * many of others wait, without names. */
async function standing() {
  const holder = holderHere();
  // What the school refused of others is for them alone to settle.
  const items = inOrder(await all('outbox').catch(() => [])).filter((item) => isOf(holder, item) || !isRefused(item));
  const own = items.filter((item) => isOf(holder, item));
  const others = items.length - own.length;
  const shown = await Promise.all(own.map(async (item) => ({
    ...(await heldJson(holder, `item:${item.id}`)), id: item.id, kind: item.kind, files: item.files, at: item.at, state: stateOf(item),
  })));
  const list = holder && (isShell || location.pathname === '/home') && (await heldJson(holder, 'list'));
  return {
    own: shown,
    others,
    notes: [
      warned && `${warned} Press again to go on all the same.`,
      sessionStorage.unkept,
      others > 0 && some(others, '1 item from another user waiting to send', '# items from other users waiting to send'),
      warning(items, list),
      // Of a pack that began and never came to its end the shell knows that it is short.
      (isFull || (isShell && list?.at === 0)) && 'Not everything could be kept to read without a network.',
    ].filter(Boolean),
  };
}

/** A tab of a browser on an iPad loses what it keeps after seven days without use; any
 * browser may, where it was not promised otherwise. */
function warning(items, pack) {
  const isInstalled = matchMedia('(display-mode: standalone)').matches;
  const clearsAfterAWeek = /iPad|iPhone|Macintosh.*Version\/.*Safari/.test(navigator.userAgent) && !isInstalled;
  const oldest = (Date.now() - Math.min(...items.map((item) => item.at))) / DAY;
  if (clearsAfterAWeek && (pack || items.length > 0)) {
    return 'In a tab the browser may delete what is kept here after 7 days. Find a network before.';
  }
  return oldest > 5 ? 'Some of this has waited for more than 5 days. Find a network, or save it as a file.' : null;
}

// ---- Packs --------------------------------------------------------------------------

/** Keeps one piece of work and its files, as far as they fit. Answers how many did not. */
async function fetchWork(holder, id, room) {
  const answer = await fetch(`/offline/work/${id}`, { signal: ending.signal });
  if (!answer.ok) {
    return -1;
  }
  let missing = 0;
  const kept = await answer.json();
  await hold(holder, `work:${id}`, { ...kept, at: Date.now() });
  const files = [...kept.work.head.files.map((file) => ['materials', file]), ...kept.work.files.map((file) => ['files', file])];
  for (const [folder, file] of files) {
    const bytes = file.size_bytes <= Math.min(room.each, room.left) && (await fetch(`/${folder}/${file.id}`, { signal: ending.signal }));
    if (bytes?.ok) {
      await hold(holder, `file:${file.id}`, new Uint8Array(await bytes.arrayBuffer()));
      room.left -= file.size_bytes;
    } else {
      missing += 1;
    }
  }
  return missing;
}

/**
 * Keeps the next work and what came back, to be read without a network, and nothing of
 * others. Where somebody turns the page meanwhile, the next page goes on; what is fresh is
 * not fetched again.
 */
async function savePack() {
  const holder = await ensureTicket();
  if (!holder) {
    return true;
  }
  await purge(`u:${holder.owner}`);
  if (!isShell && !/[?&]size=/.test(location.search)) {
    // Icons are the build's. What is in the address is only tried.
    const { icons, ...look } = document.documentElement.dataset;
    await hold(holder, 'look', look).catch(() => null);
  }
  offerToSave();
  const isFresh = (kept) => kept && Date.now() - kept.at < 10 * 60_000;
  const before = await heldJson(holder, 'list');
  if (isFresh(before)) {
    return true;
  }
  const answer = await fetch('/offline/pack', { signal: ending.signal });
  if (!answer.ok) {
    return false;
  }
  const list = await answer.json();
  const works = [...new Set([...list.works, ...(before?.own ?? [])])];
  await hold(holder, 'list', { ...list, works, own: before?.own, at: 0 });
  // Small files, as far as they fit.
  const room = { each: 1024 * 1024, left: 5 * 1024 * 1024 };
  for (const id of works) {
    if (!isFresh(await heldJson(holder, `work:${id}`))) {
      await fetchWork(holder, id, room);
    }
  }
  await hold(holder, 'list', { ...list, works, own: before?.own, at: Date.now() });
  navigator.storage.persist().catch(() => null);
  return true;
}

/** Over a bad network it may take several tries: soon, and then ever more seldom. */
async function keepPack(wait = 2_000, { signal } = ending) {
  // A full device is no reason to ask again, but to say so; a lost network is.
  const isSettled = await savePack().catch((error) => {
    isFull ||= error?.name === 'QuotaExceededError';
    return !(error instanceof TypeError);
  });
  changed();
  if (!isSettled && wait < 60_000) {
    setTimeout(() => signal.aborted || keepPack(wait * 2, { signal }), wait);
  }
}

/** Keeps what somebody asked for. Answers how many of its files are missing, or -1. */
async function saveOne(id) {
  const holder = await ensureTicket();
  const missing = holder ? await fetchWork(holder, id, { each: MOST_FILES_SAVED, left: MOST_FILES_SAVED }) : -1;
  if (missing < 0) {
    return missing;
  }
  const list = (await heldJson(holder, 'list')) ?? { works: [], name: '', at: 0 };
  const own = [...new Set([id, ...(list.own ?? [])])];
  await hold(holder, 'list', { ...list, own, works: [...new Set([id, ...list.works])] });
  return missing;
}

// ---- What a page of the school shows ------------------------------------------------

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children.filter(Boolean));
  return made;
}

const some = (count, one, many) => (count === 1 ? one : many.replace('#', count));
let newVersion = null;
let wantsNewVersion = false;
let isFull = false;
/** Why what somebody wrote last cannot be kept, if they were told and have written nothing since. */
let warned = '';

const changed = () => document.dispatchEvent(new Event('outbox'));

/** One quiet line above the page, and only while there is something to say; a word in the header always. */
async function showBar() {
  const main = document.getElementById('main');
  if (!main || isShell) {
    return;
  }
  const { own, notes } = await standing();
  const lines = [];
  const needing = own.filter(isRefused).length;
  const waiting = own.length - needing;
  let said = 'All sent';
  if (waiting > 0) {
    said = own.some((item) => item.state === 'sending') ? 'Sending' : `${waiting} on this tablet`;
    lines.push(`On this tablet: ${some(waiting, '1 item waits to be sent', '# items wait to be sent')}. It is sent by itself, also after you sign out.`);
  }
  if (needing > 0) {
    said = 'Needs you';
    lines.push(some(needing, '1 item needs you: the school did not take it.', '# items need you: the school did not take them.'));
  }
  const line = document.getElementById('sync');
  if (line) {
    line.textContent = said;
    line.parentNode.hidden = false;
  }
  lines.push(...notes);
  const photo = location.pathname !== '/share' && (await photos()).length > 0;
  let bar = document.getElementById('offline-bar');
  if (lines.length === 0 && !newVersion && !photo) {
    bar?.remove();
    return;
  }
  if (!bar) {
    bar = element('div', { id: 'offline-bar', className: 'notice' });
    bar.setAttribute('aria-live', 'polite');
    main.prepend(bar);
  }
  const inside = element('div', { className: 'stack' }, ...lines.map((line) => element('p', { textContent: line })));
  if (own.length > 0) {
    inside.append(element('a', { href: '/shell', className: 'btn', textContent: 'See what waits' }));
  }
  if (photo) {
    inside.append(element('a', { href: '/share', className: 'btn', textContent: 'A photo waits: choose its work' }));
  }
  if (newVersion) {
    const use = element('button', { type: 'button', className: 'btn', textContent: 'Use the new version' });
    use.addEventListener('click', () => sealOrAsk(async () => {
      wantsNewVersion = true;
      // While something is on its way the browser keeps the worker that watches over it.
      await sendAtOnce();
      newVersion.postMessage('use-new-version');
      // Where somebody has stayed on the page when it was asked to turn, it turns now.
      if (newVersion.state === 'activated') {
        location.reload();
      }
    }));
    inside.append(use);
  }
  // What is the same stays: it may have the focus.
  if (bar.innerHTML !== inside.outerHTML) {
    bar.replaceChildren(inside);
  }
}

let isSealing = false;
/** Where the last words cannot be kept, somebody has to say twice that they may go; a second
 * tap before it was asked says nothing. */
async function sealOrAsk(goOn, seal = sealTheRest) {
  if (isSealing) {
    return;
  }
  isSealing = true;
  const why = await seal();
  isSealing = false;
  if (why && !warned) {
    warned = why;
    changed();
  } else {
    warned = '';
    goOn(!why);
  }
}

/** The form of a student's work, when there is no network: sealed instead of sent. */
function workOf(form) {
  return /^\/assignments\/([0-9a-f-]{36})\/hand-in$/.exec(new URL(form.action).pathname)?.[1] ?? null;
}

/** What another device saved goes along below, as in the island, until somebody does not need
 * it or hands in. */
function partsOf({ elements: { text, theirs, version, files } }, kind) {
  return {
    words: (text?.value ?? '') + (theirs && kind !== 'hand_in' ? `\n\n${theirs.value}` : ''),
    version: Number(version?.value ?? 0),
    files: Array.from(files?.files ?? []),
    title: document.querySelector('h1')?.textContent ?? '',
  };
}

function say(form, words) {
  let line = form.querySelector('.offline-said');
  if (!line) {
    line = element('p', { className: 'offline-said' });
    line.setAttribute('role', 'alert');
    form.prepend(line);
  }
  line.textContent = words;
  line.scrollIntoView({ block: 'nearest' });
}

let letGo = null;
/** The form goes, as with a press of this button. Browsers of 2021 have no `requestSubmit`. */
function send(form, button) {
  letGo = form;
  if (form.requestSubmit) {
    form.requestSubmit(button);
  } else if (button) {
    button.click();
  } else {
    form.submit();
  }
  letGo = null;
}
/** The work's form was sent, and nothing was changed in it since: what is changed is sealed
 * again with the next press. */
let isOnItsWay = false;
document.addEventListener('input', () => {
  isOnItsWay = false;
  if (warned) {
    warned = '';
    changed();
  }
  leaveInTime();
});

document.addEventListener('submit', (event) => {
  const { target: form, submitter: button } = event;
  const path = new URL(form.action).pathname;
  if (isOfAnother()) {
    event.preventDefault();
    if (workOf(form)) {
      sessionStorage.unkept = 'Your work is kept as a draft. It was not handed in.';
    }
    leaveInTime();
    return;
  }
  if (form === letGo) {
    return;
  }
  if (path === '/sign-out') {
    event.preventDefault();
    sealOrAsk((isSealed) => lock(isSealed).finally(() => form.submit()));
    return;
  }
  if (path === '/settings/forget-device') {
    event.preventDefault();
    forgetDevice(form);
    return;
  }
  if (form.id === 'share-form') {
    event.preventDefault();
    share(form, button);
    return;
  }
  const work = workOf(form);
  const to = button?.getAttribute('formaction') ?? path;
  const kind = /\/hand-in$/.test(to) ? 'hand_in' : /\/draft$/.test(to) ? 'draft' : null;
  if (!work || !kind || isOnItsWay || !ticket) {
    if (form.getAttribute('method') === 'post' && !isOnItsWay) {
      event.preventDefault();
      sendOrSay(form, button);
    }
    return;
  }
  event.preventDefault();
  (async () => {
    const isOn = await reachable();
    const isBehind = isOn && (await waitsBehind(work, kind).catch(() => false));
    if (isOn && !isBehind) {
      letGo = form;
      await keepPosted(kind, work, partsOf(form, kind)).catch(() => null);
      send(form, button);
      isOnItsWay = true;
      return;
    }
    const parts = partsOf(form, kind);
    if (kind === 'hand_in' && parts.words.trim() === '' && parts.files.length === 0) {
      say(form, 'Write an answer or add a file before you hand in.');
      return;
    }
    try {
      const isKept = await keep(kind, work, parts);
      form.elements.files.value = '';
      toldSealed();
      say(form, !isKept ? 'Sent to the school.' : kind === 'hand_in'
        ? `On this tablet. It is handed in as soon as ${isBehind ? 'what you handed in before is sent' : 'there is a network'}, also after you sign out.`
        : 'On this tablet. It is sent as soon as there is a network.');
    } catch (error) {
      say(form, error.message);
    }
  })();
}, true);

/** "Forget this device": what is not sent yet is sent first; where it cannot be, somebody has
 * to say twice that it may go. Then the other windows go, and what was typed in them counts. */
async function forgetDevice(form) {
  if (form.dataset.isAsked) {
    return;
  }
  form.dataset.isAsked = 'yes';
  if (await mayNotGo(form)) {
    return;
  }
  letGoHere();
  channel.postMessage('lock');
  // A window that the browser has frozen seals nothing.
  await navigator.locks.request('here', { signal: notAfter(5_000) }, () => null).catch(() => null);
  if (await mayNotGo(form)) {
    return;
  }
  gateIsOpen = false;
  ending.abort();
  await forgetOwn().catch(() => null);
  channel.postMessage('lock');
  await Promise.allSettled([purge(), forgetPhoto(), forget('outbox')]);
  sessionStorage.clear();
  localStorage.clear();
  if (!(await reachable())) {
    dropCompanion();
    sessionStorage.unkept = 'This device has forgotten you, and you are signed out.';
  }
  send(form);
}

/** Sends what waits. Where more is left than was said before, a photo for another window too, it is said. */
async function mayNotGo(form) {
  await flush({ atOnce: true });
  const names = ['outbox', ...((await isHere('shared')) ? ['shared'] : [])];
  const left = (await Promise.all(names.map((name) => all(name).catch(() => [])))).flat().filter(({ id }) => id !== 'key').length;
  if (left <= Number(form.dataset.warnedOf ?? 0)) {
    return false;
  }
  form.dataset.warnedOf = left;
  delete form.dataset.isAsked;
  say(form, `${some(left, '1 item was not sent yet and would be lost', '# items were not sent yet and would be lost')}. Find a network first. Press again to forget it all the same.`);
  return true;
}

/** Any other form: without a network what was typed stays where it is, unless it lets
 * somebody in. */
async function sendOrSay(form, button) {
  if (form.dataset.isAsked) {
    return;
  }
  form.dataset.isAsked = 'yes';
  if (await reachable()) {
    send(form, button);
  } else if (isSomebodys) {
    say(form, 'There is no network. Nothing was sent; what you wrote is still here.');
  } else {
    form.reset();
    say(form, 'There is no network. Try again once there is one.');
  }
  delete form.dataset.isAsked;
}

/** The form that gives a photo to a piece of work. */
async function share(form, button) {
  if (!(await reachable())) {
    if ((await photos()).length > 0) {
      // The page for "no network", which keeps the photo sealed.
      location.assign('/share');
    } else {
      say(form, 'There is no network. What you chose is still where it was.');
    }
    return;
  }
  sessionStorage.photo_added = 'yes';
  send(form, button);
}

// The island that keeps a draft asks for this when a save does not get through.
let lastSealed = null;

const slotHere = async (work, holder = holderHere()) => holder && slotOf(holder, work);

/** The server has these words: what was sealed of them on this tablet need not wait. */
async function withdraw(work) {
  await revise(giveWay({ slot: await slotHere(work), kind: 'draft' }));
  lastSealed = null;
  changed();
}

/** What a form carries is sealed first: the network may go while it is on its way, and then
 * the page with the words and the chosen files is gone. */
async function keepPosted(kind, work, parts) {
  const hasWords = parts.words.trim() !== '';
  if (!hasWords && parts.files.length === 0) {
    // What the form carries is newer.
    await withdraw(work);
    return;
  }
  // Where the files are too large for the tablet, the words at least.
  const id = await keep(kind, work, parts, 'posted')
    .catch(() => hasWords && keep('draft', work, { ...parts, files: [] }, 'posted')).catch(() => null);
  if (id) {
    sessionStorage.posted = `${id} ${work}`;
  }
}

/** The page that came of it: where it says that it is done, or what is wrong, the school
 * has spoken. Any other, such as the old one loaded again, knows nothing of it. */
async function settlePosted() {
  const [id, work] = sessionStorage.posted?.split(' ') ?? [];
  const item = id && (await all('outbox')).find((one) => one.id === id);
  delete sessionStorage.posted;
  if (!item) {
    return;
  }
  const [{ type, responseStatus } = {}] = performance.getEntriesByType('navigation');
  const isTheirs = location.pathname.startsWith(`/assignments/${work}`) && !isShell;
  // Not every browser tells the status of the answer; a page that was refused lists why.
  const isRefused = document.getElementById('errors') || [409, 422].includes(responseStatus);
  const hasSpoken = isRefused || /[?&]done=/.test(location.search);
  // Another who signed in meanwhile is told nothing of it.
  await (isOf(holderHere(), item) && isTheirs && type === 'navigate' && hasSpoken ? remove('outbox', id) : put('outbox', { ...item, state: 'kept' }));
}

/** A photo of this work that waits on the tablet belongs to what is sent now. Whether it was
 * handed in and still waits then: what is handed in now may not arrive before it. */
async function waitsBehind(work, kind) {
  const slot = await slotHere(work);
  // The words of this page stand for its own older ones.
  const here = async () => (await all('outbox')).filter((one) => one.slot === slot && (one.files !== 0 || !mine.has(one.id)));
  if ((await here()).some((one) => waits(one, Date.now()))) {
    await sendAtOnce();
  }
  return kind === 'hand_in' && (await here()).some((one) => one.kind === kind && one.state === 'kept' && one.tries <= 9);
}

/** What waits is sent, but nobody waits long for it. */
const sendAtOnce = () => Promise.race([flush({ atOnce: true }), new Promise((done) => setTimeout(done, 5_000))]);

/** What was typed or chosen in the last moment is sealed before the key or the page goes, on a
 * full tablet in place of what is kept to read. Answers why not all of it is safe, if so. */
async function sealTheRest() {
  const seal = whatIsTyped();
  const tries = () => Promise.all([seal(), window.classimize.beforeLock?.()]).then(() => '', ({ message }) => message || NO_ROOM);
  const why = await tries();
  // What is kept to read may be of whoever signed in since.
  if (why !== NO_ROOM || isOfAnother()) {
    return why;
  }
  await purge().catch(() => null);
  return tries();
}

/** The island hears it also where the page was emptied. */
const toldSealed = () => document.dispatchEvent(new Event('sealed'));

/** What is being sealed of a draft: an answer about older words waits for it. */
let sealing = null;

function sealDraft(work, parts) {
  const done = keep('draft', work, parts).then(() => {
    lastSealed = parts.words;
  });
  sealing = Promise.allSettled([sealing, done]);
  return done;
}

/** Seals what is typed or chosen now, also where the page is emptied meanwhile. */
function whatIsTyped() {
  const field = document.querySelector('textarea#text');
  const work = field?.form && workOf(field.form);
  const parts = work && partsOf(field.form);
  const isTyped = work && parts.words !== (lastSaved ?? field.defaultValue);
  return async () => {
    if (!ticket || !(isTyped || parts?.files.length > 0)) {
      return;
    }
    await sealDraft(work, parts).catch(async (error) => {
      // Files do not take the words with them; that they are not kept is said.
      if (parts.files.length > 0) {
        await sealDraft(work, { ...parts, files: [] });
      }
      throw error;
    });
    toldSealed();
  };
}

let lastSaved = null;
document.addEventListener('saved', async (event) => {
  lastSaved = event.detail;
  const form = event.target.form;
  const work = form && workOf(form);
  if (!work || !ticket) {
    return;
  }
  // What was typed meanwhile, or most of it, may be sealed, and nowhere else: it goes on from this.
  await sealing;
  const { words } = partsOf(form);
  const isAhead = lastSaved !== words && ![null, lastSaved].includes(lastSealed);
  await (isAhead ? slotHere : withdraw)(work).catch(() => null);
  // By now the form has the new version.
  const { version, title } = partsOf(form);
  await (isAhead
    ? sealDraft(work, { words, version, title })
    : hold(ticket, `words:${work}`, { words: event.detail, version, kind: 'draft', at: Date.now() })).catch(() => null);
});

document.addEventListener('unsent', async (event) => {
  leaveInTime();
  const form = event.target.form;
  const work = form && workOf(form);
  // What is on its way is sealed already.
  if (!work || !ticket || isOnItsWay || !gateIsOpen) {
    return;
  }
  const { words, version, title } = partsOf(form);
  try {
    if (lastSealed !== words) {
      await sealDraft(work, { words, version, title });
    }
    if (partsOf(form).words === words) {
      toldSealed();
    }
  } catch (error) {
    say(form, error.message);
  }
});

// A hand-in arrived while its page is open: the page as the server has it.
document.addEventListener('received', async ({ detail }) => {
  if (isShell || location.pathname !== `/assignments/${detail.work}`) {
    return;
  }
  const isDone = detail.outcome === 'done';
  const isOwn = mine.has(detail.id);
  const field = document.querySelector('textarea#text');
  const version = field?.form.elements.version;
  if (version && isDone && isOwn && detail.version > version.value) {
    // This page's own words: what follows goes on from them.
    version.value = detail.version;
  }
  // A form on its way, or with files in it, is not left.
  if (isOnItsWay || (field && partsOf(field.form).files.length > 0)) {
    if (field && !isDone) {
      say(field.form, 'Something from this tablet needs you: look under "Needs you".');
    }
    return;
  }
  const slot = await slotHere(detail.work).catch(() => null);
  if ((await all('outbox').catch(() => [])).some((one) => one.slot === slot && !isRefused(one))) {
    // What follows of this work says more.
    return;
  }
  if (!isDone) {
    location.assign('/needs-you');
  } else if (detail.kind === 'hand_in') {
    // Where its receipt is on the page already, somebody may be reading or pressing something.
    if (![...document.querySelectorAll('.receipt')].some(({ textContent }) => textContent === detail.reference)) {
      location.assign(`${location.pathname}?done=handed-in`);
    }
  } else if (!isOwn && field?.value === field?.defaultValue) {
    // Not sealed by this page, and not in its field yet.
    location.reload();
  }
});

/** "Save for offline" on the page of a piece of work: where it says what to do, and on no page
 * that says that there is nothing at this address. */
function offerToSave() {
  const work = /^\/assignments\/([0-9a-f-]{36})$/.exec(location.pathname)?.[1];
  const main = document.getElementById('main');
  if (!work || !main?.querySelector('#what') || isShell || main.querySelector('.offline-save')) {
    return;
  }
  const button = element('button', { type: 'button', className: 'btn btn-quiet', textContent: 'Save for offline' });
  const line = element('p', { className: 'offline-save' }, button);
  line.setAttribute('aria-live', 'polite');
  button.addEventListener('click', async () => {
    button.disabled = true;
    const missing = await saveOne(work).catch(() => -1);
    button.disabled = false;
    button.textContent = missing < 0
      ? 'This tablet could not save it'
      : `Saved on this tablet until you sign out${missing > 0 ? some(missing, ', without 1 file: too large or not reached', ', without # files: too large or not reached') : ''}`;
  });
  // On the lines, under what stands there last.
  ([...main.querySelectorAll('.spread > .body')].at(-1) ?? main).append(line);
}

// ---- Beginning ----------------------------------------------------------------------

// A page that the browser makes ready ahead has a copy of what lies in this window, and hears
// nobody: it does nothing before somebody opens it.
const shown = new Promise((done) => (document.prerendering ? document.addEventListener('prerenderingchange', done) : done()));
// No sign-in is believed that was left lying.
const ready = shown.then(readOwn).catch(() => null).then(leaveInTime).catch(() => null).then(takeKey).catch(() => null).then(() => { ticket ??= session(); });

async function begin() {
  // Tabs of whoever was signed in here before go at once.
  channel.postMessage('opened');
  const { serviceWorker } = navigator;
  serviceWorker?.register('/sw.js', { updateViaCache: 'none' }).then((registration) => {
    const ready = () => {
      if (registration.waiting && serviceWorker.controller) {
        newVersion = registration.waiting;
        changed();
      }
    };
    ready();
    registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', ready));
    document.addEventListener('visibilitychange', () => !document.hidden && registration.update().catch(() => null));
  }).catch(() => null);
  // A page that was on its way while the worker began was not claimed by it.
  serviceWorker?.ready.then(({ active }) => serviceWorker.controller ?? active.postMessage('watch-over-me'));
  serviceWorker?.addEventListener('controllerchange', () => {
    // Only where the person asked for it: in another tab somebody may be writing.
    if (wantsNewVersion) {
      location.reload();
    }
  });
  try {
    await ready;
    if (companionAtFirst || own) {
      navigator.locks.request('here', { mode: 'shared' }, () => isLeft);
    }
    const isKnown = companion() && (await ensureTicket().catch(() => true));
    await watchPhoto().catch(() => null);
    const field = document.querySelector('#share-form input[type=file]');
    if (field) {
      await intoField(field);
    }
    if (!companion()) {
      await purge(own && `u:${own.owner}`);
      // A device that was forgotten shows nobody signed in.
      askSometimes();
    } else if (isKnown) {
      // Also where the network went before it was known who is signed in.
      keepPack();
    }
  } catch {
    // Storage is refused, or the network went: the pages work without either.
  }
  await settlePosted().catch(() => null);
  changed();
  flush({ atOnce: true });
}

document.addEventListener('outbox', () => showBar().catch(() => null));
channel.addEventListener('message', ({ data }) => {
  if (data === 'touched' && !isOfAnother()) {
    touch();
  }
  if (data === 'lock' && gateIsOpen && (companionAtFirst || own)) {
    // Where this page is on its way out already, it goes where it was going.
    leaveSealed(sealOrNote);
  } else {
    leaveInTime();
  }
});
addEventListener('pageshow', (event) => {
  if (event.persisted && companionAtFirst && companion() !== companionAtFirst) {
    leaveSealed(sealOrNote);
  } else {
    leaveInTime();
    flush();
  }
});
addEventListener('focus', leaveInTime);
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) {
    leaveInTime();
    flush();
    askSometimes();
  }
});
addEventListener('online', () => {
  flush({ atOnce: true });
  askSometimes();
});
setInterval(() => {
  if (!document.hidden) {
    flush();
    if (asked < 0) {
      askSometimes();
    }
  }
}, 30_000);

for (const kind of ['pointerdown', 'keydown', 'click', 'input', 'wheel', 'scroll']) {
  addEventListener(kind, touched, { passive: true, capture: true });
}
setInterval(leaveInTime, 5_000);

window.classimize = {
  MOST_BYTES, all, bytesOf, changed, companion, element, flush, forgetPhoto, held, heldJson, inOrder, isOf, isRefused, keep, lock, mine, nextNumber, photos, reachable,
  ready, revise, sealOrAsk, session, slotOf, standing, text,
};
shown.then(begin);
