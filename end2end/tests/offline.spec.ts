// Work without a network, on one tablet that two students share: the real service worker,
// real databases of the browser, and a network that goes and comes. What is refused or finds no
// room is in refused.spec, what was chosen or typed last before signing out in chosen.spec, forms
// that are not work in unsent.spec; each file that hands in has students of its own.
import { readFile } from 'node:fs/promises';
import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { type Account, studentAt } from '../fixtures/accounts.js';
import { signIn } from '../fixtures/doors.js';
import { axeFindings } from '../fixtures/looks.js';
import { offline, openWork, readyFor, setWork, signInOnOwn, toRead, waiting } from '../fixtures/offline.js';

/** Students of one demo school, each test with its own: what one hands in is not the other's to find. */
const student = (at: number): Account => studentAt('BRACK', at);

const photo = (name: string): { name: string; mimeType: string; buffer: Buffer } =>
  ({ name, mimeType: 'image/png', buffer: Buffer.from(`the bytes of ${name}`) });

/** One point of colour. */
const PICTURE = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

test('a student hands in without a network, and it arrives with a receipt when it is back', async ({ page, context }) => {
  await readyFor(page, student(1));
  const path = await openWork(page);
  await page.goto('/home');
  await offline(context);
  await page.goto(path);
  await expect(page.getByRole('heading', { level: 1, name: 'No network' })).toBeVisible();
  await page.getByLabel('My answer').fill('Written on the bus.');
  await page.getByLabel('Photos and files').setInputFiles({ name: 'bus.png', mimeType: 'image/png', buffer: Buffer.from('a photo of the bus') });
  await page.getByRole('button', { name: 'Hand in', exact: true }).click();
  await expect(page.getByText('On this tablet. It is handed in as soon as')).toBeVisible();
  // The photo lies with the draft since it was chosen; the hand-in follows it.
  await expect(page.locator('#waiting').getByText('On this tablet', { exact: true })).toHaveCount(2);
  expect(await axeFindings(page)).toEqual([]);
  await context.setOffline(false);
  await expect(page.locator('#waiting').getByText(/^Received \d\d:\d\d \(\w{3}-\w{3}-\w{3}\)$/)).toBeVisible();
  await page.goto(path);
  await expect(page.getByText('Written on the bus.')).toBeVisible();
  await expect(page.getByText('bus.png')).toBeVisible();
  await expect(page.getByText("by the tablet's clock")).toBeVisible();
});

test('what is typed on an open page when the network goes is sealed, and the page says so', async ({ page, context }) => {
  await readyFor(page, student(2));
  await openWork(page);
  const answer = page.getByLabel('My answer');
  await answer.pressSequentially('Before. ');
  await expect(page.locator('#text-state')).toHaveText(/^Saved .*\d\d:\d\d/);
  await offline(context);
  await answer.pressSequentially('After.');
  await expect(page.locator('#text-state')).toHaveText(/^On this tablet\./);
  expect(await waiting(page)).toBe(1);
  await context.setOffline(false);
  await expect(page.locator('#text-state')).toHaveText(/^Saved .*\d\d:\d\d/);
  await expect.poll(() => waiting(page)).toBe(0);
  await page.reload();
  await expect(answer).toHaveValue('Before. After.');
  await offline(context);
  await page.getByRole('button', { name: /^Hand in/ }).click();
  await expect(page.getByText('On this tablet. It is handed in as soon as there is a network')).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByText('Handed in. Your receipt is below.')).toBeVisible();
});

test('a tablet whose clock is wrong hands in all the same', async ({ page, context }) => {
  await readyFor(page, student(6));
  const path = await openWork(page);
  await offline(context);
  await page.goto(path);
  await page.evaluate(() => {
    const skew = 40 * 24 * 60 * 60 * 1000;
    const now = Date.prototype.toISOString;
    Date.prototype.toISOString = function later() {
      return now.call(new Date(this.getTime() - skew));
    };
  });
  await page.getByLabel('My answer').fill('Forty days ago, says the tablet.');
  await page.getByRole('button', { name: 'Hand in', exact: true }).click();
  await expect(page.getByText('On this tablet. It is handed in')).toBeVisible();
  await context.setOffline(false);
  await expect(page.locator('#waiting').getByText(/^Received \d\d:\d\d/)).toBeVisible();
});

test('a new version waits until somebody wants it, and never takes a page away from under a pen', async ({ page }) => {
  await readyFor(page, student(7));
  await openWork(page);
  await page.evaluate(() => Object.assign(window, { isSamePage: true }));
  await page.getByLabel('My answer').pressSequentially('In the middle of it. ');
  // A worker under another address is a newer one to the browser, as after an update.
  await page.evaluate(() => navigator.serviceWorker.register('/sw.js?newer', { updateViaCache: 'none' }));
  const use = page.getByRole('button', { name: 'Use the new version' });
  await expect(use).toBeVisible();
  await page.getByLabel('My answer').pressSequentially('And on.');
  expect(await page.evaluate(() => 'isSamePage' in window)).toBe(true);
  await expect(page.locator('#text-state')).toHaveText(/^Saved .*\d\d:\d\d/);
  // A photo that was chosen and not sent is sealed before the page turns.
  await page.locator('input[type=file][name=files]').setInputFiles(photo('late.png'));
  await use.click();
  await page.waitForFunction(() => !('isSamePage' in window));
  await expect(page.getByLabel('My answer')).toHaveValue(/In the middle of it\. And on\./);
  await expect(page.getByRole('link', { name: 'late.png' })).toBeVisible();
});

test('what waits can be saved as a file and handed in from another tablet', async ({ page, context, browser }) => {
  await readyFor(page, student(9));
  const path = await openWork(page);
  await offline(context);
  await page.goto(path);
  await page.getByLabel('My answer').fill('Carried by hand.');
  await page.getByRole('button', { name: 'Hand in', exact: true }).click();
  await expect(page.getByText('On this tablet. It is handed in')).toBeVisible();
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save what waits as a file' }).click();
  const file = await (await saved).path();
  const other = await browser.newContext();
  const elsewhere = await other.newPage();
  await elsewhere.goto('/shell');
  await elsewhere.getByLabel('Hand in from a saved file').setInputFiles(file);
  await expect.poll(() => waiting(elsewhere)).toBe(0);
  await signIn(elsewhere, student(9));
  await elsewhere.goto(path);
  await expect(elsewhere.getByText('Carried by hand.')).toBeVisible();
  await other.close();
});

test('a file on its way out of the tablet keeps its address for a minute, for a browser that asks for it late', async ({ page, context }) => {
  await context.addInitScript(() => {
    const gone: string[] = [];
    const { revokeObjectURL } = URL;
    URL.revokeObjectURL = (address) => {
      gone.push(address);
      revokeObjectURL.call(URL, address);
    };
    Object.assign(window, { gone });
  });
  const gone = (): Promise<string[]> => page.evaluate(() => (window as unknown as { gone: string[] }).gone);
  await readyFor(page, student(9));
  const path = await openWork(page);
  await offline(context);
  await page.clock.install();
  await page.goto(path);
  await page.getByLabel('My answer').fill('On its way out.');
  await expect(page.locator('#said')).toHaveText('On this tablet.');
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save what waits as a file' }).click();
  const saved = await coming;
  await saved.path();
  expect(saved.url()).toMatch(/^blob:/);
  expect(await gone()).not.toContain(saved.url());
  await page.clock.fastForward(61_000);
  await expect.poll(gone).toContain(saved.url());
});

test('an upload that hangs is given up, and what waits is sent all the same', async ({ page, context }) => {
  await context.addInitScript(() => {
    // An upload has a minute and more.
    const later = setTimeout;
    Object.assign(window, { setTimeout: (act: () => void, ms: number) => later(act, ms > 60_000 ? 2_000 : ms) });
  });
  await readyFor(page, student(6));
  const path = await openWork(page);
  await offline(context);
  await page.goto(path);
  await page.getByLabel('My answer').fill('Sent at the second go.');
  await expect(page.locator('#said')).toHaveText('On this tablet.');
  let tries = 0;
  await context.route('**/outbox', (route) => {
    tries += 1;
    return tries === 1 ? undefined : route.continue();
  });
  await context.setOffline(false);
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await expect(page.locator('#waiting').getByText('Sending', { exact: true })).toBeVisible();
  await expect.poll(() => waiting(page)).toBe(0);
  expect(tries).toBe(2);
  await page.goto(path);
  await expect(page.getByLabel('My answer')).toHaveValue('Sent at the second go.');
});

test('a saved file is not believed: what is damaged, changed or here already is not taken in, and the page says how much', async ({ page, context, browser }) => {
  await readyFor(page, student(9));
  const path = await openWork(page);
  await offline(context);
  await page.goto(path);
  await page.getByLabel('My answer').fill('Carried once.');
  await page.getByRole('button', { name: 'Hand in', exact: true }).click();
  await expect(page.getByText('On this tablet. It is handed in')).toBeVisible();
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save what waits as a file' }).click();
  const [line = ''] = (await readFile(await (await saved).path(), 'utf8')).split('\n');
  const item = JSON.parse(line) as Record<string, unknown>;
  const changed = [{ id: crypto.randomUUID() }, { owner: '0'.repeat(32) }, { kind: 'mark' }, { body: 'AAAA' }].map((words) => JSON.stringify({ ...item, ...words }));
  const file = { name: 'unsent.ndjson', mimeType: 'application/x-ndjson', buffer: Buffer.from([line, line, ...changed, '{'].join('\n')) };
  const other = await browser.newContext();
  await other.route('**/outbox', (route) => route.abort());
  const elsewhere = await other.newPage();
  await elsewhere.goto('/shell');
  const field = elsewhere.getByLabel('Hand in from a saved file');
  await field.setInputFiles(file);
  await expect(elsewhere.getByText('Taken in: 1. Not taken, as damaged, too large or here already: 6.')).toBeVisible();
  expect(await waiting(elsewhere)).toBe(1);
  await field.setInputFiles(file);
  await expect(elsewhere.getByText('Taken in: 0. Not taken, as damaged, too large or here already: 7.')).toBeVisible();
  expect(await waiting(elsewhere)).toBe(1);
  await other.close();
});

test('a saved file that is damaged is said to be, and nothing of it is taken in', async ({ page }) => {
  await page.goto('/shell');
  const whole = JSON.stringify({ id: crypto.randomUUID(), owner: 'o', slot: 's', kind: 'draft', files: 0, at: Date.now(), body: 'AAAA' });
  const file = { name: 'classimize-unsent.ndjson', mimeType: 'application/x-ndjson', buffer: Buffer.from(`${whole}\n${whole.slice(0, 40)}`) };
  await page.getByLabel('Hand in from a saved file').setInputFiles(file);
  await expect(page.getByText('Taken in: 0. Not taken, as damaged, too large or here already: 2.')).toBeVisible();
  expect(await waiting(page)).toBe(0);
});

test('a hand-in whose upload breaks off is still on the tablet, with its photo, and arrives', async ({ page, context }) => {
  await readyFor(page, student(1));
  const path = await openWork(page);
  await page.getByLabel('My answer').fill('With the photo of the map.');
  await page.getByLabel('Photos and files').setInputFiles({ name: 'map.png', mimeType: 'image/png', buffer: Buffer.from('a photo of the map') });
  // The server answers that it is there; then the network goes, in the middle of the upload.
  await context.route('**/healthz', (route) => route.fulfill({ body: 'alive' }));
  await offline(context);
  await page.getByRole('button', { name: /^Hand in/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'No network' })).toBeVisible();
  await expect(page.locator('#waiting').getByText('On this tablet', { exact: true })).toBeVisible();
  await context.unroute('**/healthz', undefined);
  await context.setOffline(false);
  await expect(page.locator('#waiting').getByText(/^Received \d\d:\d\d/)).toBeVisible();
  await page.goto(path);
  await expect(page.getByText('With the photo of the map.')).toBeVisible();
  await expect(page.getByText('map.png')).toBeVisible();
  expect(await waiting(page)).toBe(0);
});

test('a newer hand-in does not overtake an older one whose photo is still on its way', async ({ page, context }) => {
  const path = await setWork('Two signs');
  await readyFor(page, student(2));
  await page.goto(path);
  await offline(context);
  await page.getByLabel('My answer').fill('x = 3');
  await page.getByLabel('Photos and files').setInputFiles({ name: 'sums.png', mimeType: 'image/png', buffer: Buffer.from('a large photo') });
  await page.getByRole('button', { name: /^Hand in/ }).click();
  await expect(page.getByText('On this tablet. It is handed in as soon as there is a network, also after you sign out.')).toBeVisible();
  // Every upload takes longer than anybody waits for.
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => { letGo = resolve; });
  await context.route('**/outbox', async (route) => {
    await held;
    await route.continue().catch(() => undefined);
  });
  await context.setOffline(false);
  await page.getByLabel('My answer').fill('x = 3, or -3');
  await page.getByRole('button', { name: /^Hand in/ }).click();
  await expect(page.getByText('On this tablet. It is handed in as soon as what you handed in before is sent, also after you sign out.')).toBeVisible();
  letGo();
  await expect(page.getByText('Handed in. Your receipt is below.')).toBeVisible();
  await expect.poll(() => waiting(page).catch(() => -1)).toBe(0);
  await page.goto(path);
  await expect(page.getByText('x = 3, or -3', { exact: true })).toBeVisible();
  await expect(page.getByRole('link', { name: 'sums.png' }).first()).toBeVisible();
  // Words that were saved before the older hand-in arrived are in the newer one.
  await page.goto('/needs-you');
  await expect(page.getByText('x = 3, or -3', { exact: true })).toHaveCount(0);
});

test('a hand-in without a network that waits from an earlier page does not overtake a newer one', async ({ page, context }) => {
  const path = await setWork('Two letters');
  await readyFor(page, student(1));
  await page.goto(path);
  await offline(context);
  await page.getByLabel('My answer').fill('y = 2');
  await page.getByRole('button', { name: /^Hand in/ }).click();
  await expect(page.getByText('On this tablet. It is handed in as soon as there is a network, also after you sign out.')).toBeVisible();
  // What waits is held up, as behind a large photo of another student.
  await context.route('**/outbox', (route) => route.abort());
  await context.setOffline(false);
  await page.reload();
  await expect.poll(() => waiting(page)).toBe(1);
  await page.getByLabel('My answer').fill('y = 2, and x = 7');
  await page.getByRole('button', { name: /^Hand in/ }).click();
  await expect(page.getByText('On this tablet. It is handed in as soon as what you handed in before is sent, also after you sign out.')).toBeVisible();
  await context.unroute('**/outbox', undefined);
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await expect(page.getByText('Handed in. Your receipt is below.')).toBeVisible();
  await expect.poll(() => waiting(page).catch(() => -1)).toBe(0);
  await page.goto(path);
  await expect(page.getByText('y = 2, and x = 7', { exact: true })).toBeVisible();
});

test('a hand-in that arrives leaves nothing on the tablet to be sent again', async ({ page }) => {
  await readyFor(page, student(2));
  await openWork(page);
  await page.getByLabel('My answer').fill('Sent the usual way.');
  await page.getByRole('button', { name: /^Hand in/ }).click();
  await expect(page.getByText('Handed in. Your receipt is below.')).toBeVisible();
  await expect.poll(() => waiting(page)).toBe(0);
});

test('words that were sealed a hundred times without a network go on from those that the school took before', async ({ page, context }) => {
  await readyFor(page, student(6));
  const path = await openWork(page);
  const answer = page.getByLabel('My answer');
  await offline(context);
  await page.goto(path);
  await answer.fill('Taken, and nobody heard of it.');
  await expect(page.locator('#said')).toHaveText('On this tablet.');
  let taken = 0;
  await context.route('**/outbox', async (route) => {
    const { status } = await route.fetch().then((response) => ({ status: response.status() }), () => ({ status: 0 }));
    taken += status === 200 ? 1 : 0;
    await route.abort();
  });
  await context.setOffline(false);
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await expect.poll(() => taken).toBeGreaterThan(0);
  await offline(context);
  await page.evaluate(async () => {
    const { classimize } = window as unknown as { classimize: { beforeLock(): Promise<void> } };
    const field = document.querySelector<HTMLTextAreaElement>('textarea#text');
    for (let time = 1; field && time <= 110; time += 1) {
      field.value = `Quite different, ${time}.`;
      field.dispatchEvent(new Event('input', { bubbles: true }));
      await classimize.beforeLock();
    }
  });
  await expect(answer).toHaveValue('Quite different, 110.');
  await context.unroute('**/outbox', undefined);
  await context.setOffline(false);
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await expect.poll(() => waiting(page), { timeout: 20_000 }).toBe(0);
  await page.goto(path);
  await expect(answer).toHaveValue('Quite different, 110.');
});

test('without a network the newest words are shown, also those that were saved with one', async ({ page, context }) => {
  await readyFor(page, student(6));
  const path = await openWork(page);
  const answer = page.getByLabel('My answer');
  await offline(context);
  await page.goto(path);
  await answer.fill('The first words.');
  await expect(page.locator('#said')).toHaveText('On this tablet.');
  await context.setOffline(false);
  await expect.poll(() => waiting(page)).toBe(0);
  await page.goto(path);
  await expect(answer).toHaveValue('The first words.');
  await answer.fill('The newer words.');
  await expect(page.locator('#text-state')).toHaveText(/^Saved .*\d\d:\d\d/);
  const onTheTablet = async (): Promise<string | undefined> =>
    (await toRead<{ words: string }>(page, `words:${path.replace('/assignments/', '')}`))?.words;
  await expect.poll(onTheTablet).toBe('The newer words.');
  await offline(context);
  await page.goto(path);
  await expect(page.getByRole('heading', { level: 1, name: 'No network' })).toBeVisible();
  await expect(answer).toHaveValue('The newer words.');
});

/** Presses where no answer comes: the page that would follow is not waited for. */
const pressHandIn = (page: Page): Promise<void> => page.getByRole('button', { name: /^Hand in/ }).click({ noWaitAfter: true });

test('a page that is loaded again while its hand-in is on the way does not take it for arrived', async ({ page, context }) => {
  await readyFor(page, student(9));
  await openWork(page);
  await page.getByLabel('My answer').fill('Sent into a network that hangs.');
  let isOnItsWay = false;
  await context.route('**/assignments/*/hand-in', () => {
    isOnItsWay = true; // and it is never answered
  });
  await pressHandIn(page);
  await expect.poll(() => isOnItsWay).toBe(true);
  await context.route('**/outbox', (route) => route.abort());
  // Nobody waits for ever: the student stops it, and loads the page again.
  const browser = await context.newCDPSession(page);
  await browser.send('Page.stopLoading');
  await page.reload();
  await expect.poll(() => waiting(page)).toBe(1);
  await context.unroute('**/outbox', undefined);
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await expect(page.getByText('Handed in. Your receipt is below.')).toBeVisible();
  await expect(page.getByText('Sent into a network that hangs.')).toBeVisible();
  await expect.poll(() => waiting(page)).toBe(0);
});

test('words that are changed after a hand-in hangs are sealed again with the next press', async ({ page, context }) => {
  await readyFor(page, student(7));
  const path = await openWork(page);
  const answer = page.getByLabel('My answer');
  const browser = await context.newCDPSession(page);
  const tries = { handIn: 0, save: 0 };
  await context.route('**/assignments/*/hand-in', () => {
    tries.handIn += 1; // and none is ever answered
  });
  // The words are not saved on the way either.
  await context.route('**/api/assignments/save-draft', () => {
    tries.save += 1;
  });
  await context.route('**/outbox', (route) => route.abort());
  await answer.fill('The first words.');
  await expect.poll(() => tries.save).toBe(1);
  await pressHandIn(page);
  await expect.poll(() => tries.handIn).toBe(1);
  await browser.send('Page.stopLoading');
  await answer.fill('The first words, and more.');
  await expect.poll(() => tries.save).toBe(2);
  await browser.send('Page.stopLoading');
  // What hung waits to be sent, and so do the words that came after it.
  await expect.poll(() => waiting(page)).toBe(2);
  await pressHandIn(page);
  await expect.poll(() => tries.handIn).toBe(2);
  await browser.send('Page.stopLoading');
  // The last press stands for both.
  await expect.poll(() => waiting(page)).toBe(1);
  await page.goto('/home');
  await context.unroute('**/outbox', undefined);
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await expect.poll(() => waiting(page)).toBe(0);
  await page.goto(path);
  await expect(page.getByText('The first words, and more.')).toBeVisible();
  await expect(page.getByText('Handed in, on time').or(page.getByText('Handed in, late'))).toHaveCount(1);
});

/** From now on the page believes that it is so many days earlier. */
const setBack = (page: Page, days: number): Promise<void> => page.evaluate((back) => {
  const now = Date.now;
  Date.now = () => now() - back;
}, days * 24 * 60 * 60 * 1000);

test('what was done first arrives first, also where the clock was set back between', async ({ page, context }) => {
  await signInOnOwn(page, student(6));
  const path = await openWork(page);
  await offline(context);
  await page.goto(path);
  await page.getByLabel('Photos and files').setInputFiles(photo('first.png'));
  await expect(page.locator('#waiting').getByText(/^Draft with files: /)).toBeVisible();
  await setBack(page, 1);
  await page.getByLabel('My answer').fill('Done second.');
  await page.getByRole('button', { name: 'Hand in', exact: true }).click();
  await expect(page.getByText('On this tablet. It is handed in')).toBeVisible();
  const kinds = await page.evaluate(async () => {
    const asked = indexedDB.open('outbox');
    const db = await new Promise<IDBDatabase>((resolve) => { asked.onsuccess = () => resolve(asked.result); });
    const rows = db.transaction('items').objectStore('items').getAll();
    const items = await new Promise<{ id: string; kind: string }[]>((resolve) => { rows.onsuccess = () => resolve(rows.result); });
    db.close();
    return Object.fromEntries(items.map(({ id, kind }) => [id, kind]));
  });
  const sent = new Set<string>();
  await context.route('**/outbox', (route) => {
    const [, id = ''] = /"id":"([0-9a-f-]{36})"/.exec(route.request().postDataBuffer()?.toString('latin1') ?? '') ?? [];
    sent.add(id);
    return route.continue();
  });
  await context.setOffline(false);
  await expect.poll(() => waiting(page)).toBe(0);
  expect(Array.from(sent, (id) => kinds[id])).toEqual(['draft', 'hand_in']);
});

test('a clock that is set back keeps nothing waiting for days', async ({ page, context }) => {
  await context.route('**/api/assignments/save-draft', (route) => route.abort());
  let tries = 0;
  await context.route('**/outbox', (route) => {
    tries += 1;
    return route.abort();
  });
  await signInOnOwn(page, student(6));
  await openWork(page);
  await page.getByLabel('My answer').fill('Sent by the right time.');
  await expect(page.locator('#text-state')).toHaveText(/^On this tablet\./);
  await expect.poll(() => tries).toBeGreaterThan(0);
  await expect(page.locator('#offline-bar').getByText('On this tablet: 1 item waits')).toBeVisible();
  const inTheHeader = page.getByRole('banner').getByRole('link', { name: /^Your work:/ });
  await expect(inTheHeader).toHaveText(/Your work: (1 on this tablet|Sending)$/);
  await setBack(page, 3);
  await context.unroute('**/outbox');
  await page.evaluate(() => window.dispatchEvent(new Event('pageshow')));
  await expect.poll(() => waiting(page)).toBe(0);
  await expect(inTheHeader).toHaveText(/Your work: All sent$/);
});

const COPY_STAYS = 'A copy stays on this tablet until somebody deletes it';

/** Saves work that was handed in, and opens it where there is no network. */
async function openKept(page: Page, context: BrowserContext, path: string): Promise<void> {
  await page.goto(path);
  // Both stand on the lines of a part of the page, not across its margin.
  const onTheLines = page.locator('.spread > .body');
  await expect(onTheLines.getByRole('link', { name: 'Simple view' })).toBeVisible();
  await onTheLines.getByRole('button', { name: 'Save for offline' }).click();
  await expect(page.getByRole('button', { name: 'Saved on this tablet until you sign out' })).toBeVisible();
  await offline(context);
  await page.goto(path);
  await expect(page.getByRole('heading', { level: 1, name: 'No network' })).toBeVisible();
}

test('a kept photo is shown on the page of a shared tablet and not saved, and of any other file it is said that a copy stays', async ({ page, context, browser }) => {
  test.setTimeout(120_000);
  const path = await setWork('Life in a pond');
  await readyFor(page, student(7));
  await page.goto(path);
  await page.locator('input[type=file][name=files]').setInputFiles([
    { name: 'pond.png', mimeType: 'image/png', buffer: PICTURE },
    { name: 'blurred.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture at all') },
    { name: 'pond.txt', mimeType: 'text/plain', buffer: Buffer.from('Two frogs.') },
  ]);
  await page.getByRole('button', { name: /^Hand in/ }).click();
  await expect(page.getByText('Handed in. Your receipt is below.')).toBeVisible();
  await openKept(page, context, path);
  const saved: string[] = [];
  page.on('download', (download) => saved.push(download.suggestedFilename()));
  const pond = page.getByRole('button', { name: /^pond\.png / });
  const shown = page.getByRole('img', { name: 'pond.png' });
  await expect(pond).toHaveAccessibleDescription('');
  await pond.click();
  await expect(shown).toBeVisible();
  await expect.poll(() => shown.evaluate((picture: HTMLImageElement) => picture.naturalWidth)).toBe(1);
  await expect(pond).toHaveAttribute('aria-expanded', 'true');
  expect(await axeFindings(page)).toEqual([]);
  // What is drawn has no address any more that somebody could open.
  const opens = (): Promise<boolean> => shown.evaluate((picture: HTMLImageElement) => new Promise<boolean>((done) => {
    const again = new Image();
    again.onload = () => done(true);
    again.onerror = () => done(false);
    again.src = picture.src;
  }));
  await expect.poll(opens).toBe(false);
  await pond.click();
  await expect(shown).toHaveCount(0);
  await expect(pond).toHaveAttribute('aria-expanded', 'false');

  // What this browser does not draw is a file like any other.
  const blurred = page.getByRole('button', { name: /^blurred\.jpg / });
  await blurred.click();
  await expect(blurred).toHaveAccessibleDescription(COPY_STAYS);
  await expect(blurred).toBeFocused();
  const note = page.getByRole('button', { name: /^pond\.txt / });
  await expect(note).toHaveAccessibleDescription(COPY_STAYS);
  expect(saved).toEqual([]);
  await note.click();
  await expect.poll(() => saved).toEqual(['pond.txt']);

  // On a device of one's own both are saved, as before, and there is nothing to say.
  const own = await browser.newContext();
  const athome = await own.newPage();
  await signInOnOwn(athome, student(7));
  await openKept(athome, own, path);
  const coming = athome.waitForEvent('download');
  await athome.getByRole('button', { name: /^pond\.png / }).click();
  expect(await readFile(await (await coming).path())).toEqual(PICTURE);
  await expect(athome.getByText(COPY_STAYS)).toHaveCount(0);
  await own.close();
});
