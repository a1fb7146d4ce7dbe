// A photo that another app gives to ours becomes a part of the work that is chosen for it:
// with a network or without, signed in or not yet.
import { readFile } from 'node:fs/promises';
import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { type Account, studentAt } from '../fixtures/accounts.js';
import { fillSignIn } from '../fixtures/doors.js';
import { axeFindings } from '../fixtures/looks.js';
import { everythingReadable, offline, readyFor, toRead, waiting } from '../fixtures/offline.js';

/** Students of one demo school; no other story hands in as the last of them. */
const student = (at: number): Account => studentAt('BRACK', at);

/** What the system does when a photo is shared: a form is posted to the app's own address. */
async function shareAPhoto(page: Page, name: string): Promise<void> {
  await page.evaluate((called) => {
    const form = Object.assign(document.createElement('form'), { method: 'post', action: '/share', enctype: 'multipart/form-data' });
    const field = Object.assign(document.createElement('input'), { type: 'file', name: 'files' });
    const held = new DataTransfer();
    held.items.add(new File(['the bytes of a photo'], called, { type: 'image/jpeg' }));
    field.files = held.files;
    form.append(field);
    document.body.append(form);
    HTMLFormElement.prototype.submit.call(form);
  }, name);
  await page.waitForURL(/\/share|\/sign-in/);
}

/** The server has let the sign-in go, as after an hour without a touch: its answer takes both cookies away. */
async function letGo(context: BrowserContext): Promise<void> {
  await context.clearCookies({ name: 'session' });
  await context.clearCookies({ name: 'sk' });
}

/** A page that believes it is so many minutes later. */
async function laterBy(minutes: number, page: Page): Promise<Page> {
  await page.clock.install({ time: Date.now() + minutes * 60_000 });
  return page;
}

/** The photo's key and what lies sealed, as far as scripts can see. */
async function traces(page: Page): Promise<string[]> {
  const asked = page.evaluate(async () => {
    const databases = (await indexedDB.databases()).map(({ name }) => `database ${name}`);
    return [...databases, ...Object.keys(sessionStorage)].filter((name) => ['photo', 'database shared'].includes(name));
  });
  // A page that is being turned does not answer.
  return asked.catch(() => ['a page that is being turned']);
}

/** What lies in the field for files; nothing where there is no work to choose. */
async function chosen(page: Page): Promise<string[]> {
  if ((await page.getByRole('heading', { name: 'Nothing waits to be handed in' }).count()) > 0) {
    return [];
  }
  return page.getByLabel('Photos and files').evaluate((field) => Array.from((field as HTMLInputElement).files ?? [], ({ name }) => name));
}

/** As where a browser cleared what it kept. */
async function loseWhatWaits(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const asked = indexedDB.open('outbox');
    const db = await new Promise<IDBDatabase>((resolve) => { asked.onsuccess = () => resolve(asked.result); });
    const gone = db.transaction('items', 'readwrite').objectStore('items').clear();
    await new Promise((done) => { gone.onsuccess = done; });
    db.close();
  });
}

test('a photo that is shared becomes a part of the draft that is chosen', async ({ page }) => {
  await readyFor(page, student(15));
  await shareAPhoto(page, 'volcano.jpg');
  await expect.poll(() => chosen(page)).toEqual(['volcano.jpg']);
  expect(new URL(page.url()).hash).toBe('');
  expect(await everythingReadable(page)).not.toContain('the bytes of a photo');
  expect(await axeFindings(page)).toEqual([]);
  await page.getByRole('button', { name: /^Add to / }).first().click();
  await expect(page).toHaveURL(/\/assignments\/[0-9a-f-]+\?done=/);
  await expect(page.getByRole('link', { name: 'volcano.jpg' })).toBeVisible();
  await expect.poll(() => everythingReadable(page)).not.toContain('database shared');
});

test('a photo that is shared without a network is sealed with the draft, and arrives', async ({ page, context }) => {
  await readyFor(page, student(15));
  await offline(context);
  await shareAPhoto(page, 'rocks.jpg');
  await expect(page.getByRole('heading', { name: 'Which work is the photo for?' })).toBeVisible();
  expect(await axeFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Add the photo' }).first().click();
  await expect(page.getByText('The photo lies with your draft')).toBeVisible();
  // Newer words do not push the photo out.
  await page.getByLabel('My answer').fill('Found by the sea.');
  await expect(page.locator('#said')).toHaveText('On this tablet.');
  const path = new URL(page.url()).pathname;
  await context.setOffline(false);
  await expect(page.locator('#waiting').getByText(/^Received/)).toHaveCount(2);
  await page.goto(path);
  await expect(page.getByRole('link', { name: 'rocks.jpg' })).toBeVisible();
  await expect(page.getByLabel('My answer')).toHaveValue('Found by the sea.');
});

test('a draft with a photo that comes back from a saved file is not pushed out by newer words', async ({ page, context }) => {
  await readyFor(page, student(15));
  await offline(context);
  await shareAPhoto(page, 'saved.jpg');
  await page.getByRole('button', { name: 'Add the photo' }).first().click();
  await expect(page.getByText('The photo lies with your draft')).toBeVisible();
  const path = new URL(page.url()).pathname;
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save what waits as a file' }).click();
  const file = await (await saving).path();
  // The file as it is, and as versions before wrote it: without how many files an item has.
  const before = (await readFile(file, 'utf8')).replaceAll(/"files":\d+,/g, '');
  const back = page.getByLabel('Hand in from a saved file');
  const answer = page.getByLabel('My answer');
  for (const [at, saved] of [file, { name: 'before.ndjson', mimeType: 'application/x-ndjson', buffer: Buffer.from(before) }].entries()) {
    await loseWhatWaits(page);
    await back.setInputFiles(saved);
    await expect(back).toHaveValue('');
    await answer.fill(`Newer words, ${at}.`);
    await expect(page.locator('#said')).toHaveText('On this tablet.');
    expect(await waiting(page)).toBe(2);
  }
  await context.setOffline(false);
  await expect.poll(() => waiting(page)).toBe(0);
  await page.goto(path);
  await expect(page.getByRole('link', { name: 'saved.jpg' })).toBeVisible();
  await expect(answer).toHaveValue('Newer words, 1.');
});

test('a photo that is shared before somebody signs in waits for them, and for nobody else', async ({ page, context }) => {
  await page.goto('/sign-in');
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  await page.reload();
  await shareAPhoto(page, 'fern.jpg');
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  // Another window of this browser has no key to it.
  const other = await context.newPage();
  await other.goto('/sign-in');
  expect(await everythingReadable(other)).not.toContain('the bytes of a photo');
  await fillSignIn(page, student(15));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Add a photo' })).toBeVisible();
  await expect.poll(() => chosen(page)).toEqual(['fern.jpg']);
  // And it waits on every page, until its work is chosen or its student signs out.
  await page.goto('/home');
  await expect(page.getByRole('link', { name: 'A photo waits: choose its work' })).toBeVisible();
  await page.getByRole('button', { name: 'Sign out', exact: true }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  expect(await everythingReadable(page)).not.toContain('database shared');
});

test('a photo of one student is not offered to the next one in the same window, and its file is gone', async ({ page, context }) => {
  await readyFor(page, student(15));
  await shareAPhoto(page, 'mine.jpg');
  await expect.poll(() => chosen(page)).toEqual(['mine.jpg']);
  await letGo(context);
  await page.goto('/sign-in');
  await expect.poll(() => traces(page)).toEqual([]);
  await readyFor(page, student(10));
  await expect(page.getByRole('link', { name: 'A photo waits' })).toHaveCount(0);
  await page.goto('/share');
  expect(await chosen(page)).toEqual([]);
  expect(await traces(page)).toEqual([]);
});

test('a photo stays sealed for its student where the sign-in changes under the window', async ({ page, context }) => {
  await readyFor(page, student(15));
  await shareAPhoto(page, 'mine.jpg');
  await expect.poll(() => chosen(page)).toEqual(['mine.jpg']);
  // The next student signs in in another window: this one has shown no door in between.
  await letGo(context);
  const other = await context.newPage();
  await readyFor(other, student(10));
  await page.goto('/share');
  await expect.poll(() => traces(page)).toEqual([]);
  expect(await chosen(page)).toEqual([]);
});

test('a photo that nobody signs in for within ten minutes is gone', async ({ page }) => {
  await page.goto('/sign-in');
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  await page.reload();
  await shareAPhoto(page, 'nobodys.jpg');
  await expect.poll(() => traces(page)).toEqual(['database shared', 'photo']);
  await laterBy(11, page);
  await page.goto('/sign-in');
  await expect.poll(() => traces(page)).toEqual([]);
});

test('the address that handed a photo over opens nothing afterwards', async ({ page, context }) => {
  // The browser remembers where the worker sent it.
  const remembered: string[] = [];
  context.on('request', (request) => remembered.push(request.url()));
  page.on('framenavigated', (frame) => remembered.push(frame.url()));
  await readyFor(page, student(15));
  await shareAPhoto(page, 'once.jpg');
  await expect.poll(() => chosen(page)).toEqual(['once.jpg']);
  const address = remembered.find((url) => url.includes('#photo='));
  expect(address).toBeDefined();
  const other = await laterBy(11, await context.newPage());
  await other.goto(String(address));
  await expect.poll(() => new URL(other.url()).hash).toBe('');
  await laterPack(other);
  expect(await chosen(other)).toEqual([]);
  expect(await other.evaluate(() => 'photo' in sessionStorage)).toBe(false);
  // The key that the address holds opens nothing of what lies here.
  const opened = await other.evaluate(async (key) => {
    const raw = Uint8Array.from(key.match(/../g) ?? [], (pair) => parseInt(pair, 16));
    const secret = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['decrypt']);
    const asked = indexedDB.open('shared');
    const db = await new Promise<IDBDatabase>((resolve) => { asked.onsuccess = () => resolve(asked.result); });
    const rows = db.transaction('items').objectStore('items').getAll();
    const kept = await new Promise<{ iv: BufferSource; data: BufferSource }[]>((resolve) => { rows.onsuccess = () => resolve(rows.result); });
    db.close();
    return Promise.all(kept.map(({ iv, data }) => crypto.subtle.decrypt({ name: 'AES-GCM', iv }, secret, data).then(() => 'open', () => 'shut')));
  }, String(address).slice(-64));
  expect(opened).toEqual(['shut']);
});

test('what a closed window leaves of a photo is deleted later, and never under a window that has its key', async ({ page, context }) => {
  await readyFor(page, student(15));
  await shareAPhoto(page, 'left.jpg');
  await expect.poll(() => chosen(page)).toEqual(['left.jpg']);
  const other = await laterBy(11, await context.newPage());
  await other.goto('/home');
  await laterPack(other);
  expect(await traces(other)).toEqual(['database shared']);
  await page.close();
  // The browser lets go of a closed window's lock when it gets to it.
  await expect.poll(() => other.evaluate(async () => (await navigator.locks.query()).held?.map(({ name }) => name))).not.toContain('photo');
  await other.goto('/sign-in');
  await expect.poll(() => traces(other)).toEqual([]);
});

/** Waits until this page has kept the work to read, by its own clock: it has begun by then. */
async function laterPack(page: Page): Promise<void> {
  const age = async (): Promise<number> => {
    const now = await page.evaluate(() => Date.now());
    return now - ((await toRead<{ at: number }>(page, 'list'))?.at ?? 0);
  };
  await expect.poll(age).toBeLessThan(60_000);
}
