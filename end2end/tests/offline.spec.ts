// Work without a network, on one tablet that two students share: the real service worker,
// real databases of the browser, and a network that goes and comes.
import { readFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import { type Account, accountOf, studentAt } from '../fixtures/accounts.js';
import { signIn } from '../fixtures/doors.js';
import { axeFindings } from '../fixtures/looks.js';
import { everythingReadable, offline, openWork, readyFor, untilKept, waiting } from '../fixtures/offline.js';

/** Students of one demo school, each test with its own: what one hands in is not the other's to find. */
const student = (at: number): Account => studentAt('BRACK', at);

const photo = (name: string): { name: string; mimeType: string; buffer: Buffer } =>
  ({ name, mimeType: 'image/png', buffer: Buffer.from(`the bytes of ${name}`) });

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
  await expect(page.getByText('There is no network: it is handed in as soon as')).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByText('Handed in. Your receipt is below.')).toBeVisible();
});

test('a tab that is closed in the middle of sending loses nothing and sends nothing twice', async ({ page, context }) => {
  await readyFor(page, student(3));
  const path = await openWork(page);
  await offline(context);
  await page.goto(path);
  await page.getByLabel('My answer').fill('Sent once.');
  await page.getByRole('button', { name: 'Hand in', exact: true }).click();
  await expect(page.getByText('On this tablet. It is handed in')).toBeVisible();
  // The server has it, and its answer never comes: the tab is closed while it waits.
  const bodies: Buffer[] = [];
  await context.route('**/outbox', async (route) => {
    const body = route.request().postDataBuffer();
    if (body) {
      bodies.push(body);
    }
    await route.fetch();
    await new Promise(() => undefined);
  });
  await context.setOffline(false);
  await expect.poll(() => bodies.length).toBeGreaterThan(0);
  await page.close({ runBeforeUnload: false });
  await context.unroute('**/outbox', undefined);
  const next = await context.newPage();
  await next.goto('/sign-in');
  await expect.poll(() => waiting(next)).toBe(0);
  // And once more, by hand: delivering twice is the same as once.
  const body = bodies[0];
  const twice = await next.evaluate(async (bytes) => {
    const send = async () => (await fetch('/outbox', { method: 'POST', body: new Uint8Array(bytes) })).text();
    return [await send(), await send()];
  }, Array.from(body ?? []));
  expect(twice[0]).toContain('receipt');
  expect(twice[1]).toBe(twice[0]);
  await next.goto(path);
  await expect(next.getByText('Handed in, on time').or(next.getByText('Handed in, late'))).toHaveCount(1);
});

test('after signing out without a network the next student finds nothing, and delivers it', async ({ page, context }) => {
  const [first, second] = [student(4), student(5)];
  await readyFor(page, first);
  const path = await openWork(page);
  const title = String(await page.getByRole('heading', { level: 1 }).textContent());
  const tab = await context.newPage();
  await tab.goto(path);
  await page.goto('/home');
  await offline(context);
  await page.goto(path);
  await page.getByLabel('My answer').fill('The secret of the first.');
  await page.getByRole('button', { name: 'Hand in', exact: true }).click();
  await expect(page.getByText('On this tablet. It is handed in')).toBeVisible();
  const before = await everythingReadable(page);
  expect(before).not.toContain('The secret of the first.');
  expect(before).toContain('database u:');

  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByText('Nobody is signed in.')).toBeVisible();
  await expect(page.getByText('1 item from another user waiting to send')).toBeVisible();
  // The second tab shows nothing of it any more.
  await expect(tab.getByText(title)).toHaveCount(0);
  await expect(tab.getByText('Nobody is signed in.')).toBeVisible();
  const after = await everythingReadable(page);
  for (const trace of ['database u:', 'The secret of the first.', title, first.username]) {
    expect(after, trace).not.toContain(trace);
  }
  await page.goBack();
  await expect(page.getByText(title)).toHaveCount(0);

  // The network is back. The cookie that scripts cannot take away is worth nothing.
  await context.route('**/outbox', (route) => route.abort());
  await context.setOffline(false);
  await page.goto('/home');
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  await signIn(page, second);
  await expect(page.getByText('1 item from another user waiting to send')).toBeVisible();
  await page.goBack();
  await expect(page.getByText('The secret of the first.')).toHaveCount(0);
  await context.unroute('**/outbox', undefined);
  await page.goto('/home');
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await expect.poll(() => waiting(page), { timeout: 20_000 }).toBe(0);
  expect(await everythingReadable(page)).not.toContain('The secret of the first.');

  const own = await (await page.context().browser())?.newContext();
  const athome = await own?.newPage();
  if (athome) {
    await signIn(athome, first);
    await athome.goto(path);
    await expect(athome.getByText('The secret of the first.')).toBeVisible();
    await expect(athome.locator('.receipt')).toBeVisible();
  }
  await own?.close();
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

test('where the browser refuses storage nothing breaks, and the page says what is not kept', async ({ page, context }) => {
  await context.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException('refused', 'SecurityError');
    };
  });
  await signIn(page, student(8));
  await openWork(page);
  const answer = page.getByLabel('My answer');
  await answer.pressSequentially('Still here. ');
  await expect(page.locator('#text-state')).toHaveText(/^Saved .*\d\d:\d\d/);
  await offline(context);
  await answer.pressSequentially('And here.');
  await expect(page.locator('#text-state')).toHaveText(/^Not saved yet/);
  await expect(answer).toHaveValue('Still here. And here.');
  await context.setOffline(false);
  await expect(page.locator('#text-state')).toHaveText(/^Saved .*\d\d:\d\d/);
});

test('a tablet without room says so, offline and on an open page, and the words stay where they are', async ({ page, context }) => {
  await context.addInitScript(() => {
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function full(...given) {
      if (this.transaction.db.name === 'outbox') {
        throw new DOMException('full', 'QuotaExceededError');
      }
      return put.apply(this, given);
    };
  });
  const noRoom = page.getByText('There is no room left on this tablet. Ask for help before you close this page.');
  await readyFor(page, student(8));
  const path = await openWork(page);
  const answer = page.getByLabel('My answer');
  await offline(context);
  await answer.fill('Nowhere to keep this.');
  await expect(noRoom).toBeVisible();
  await page.getByRole('button', { name: /^Hand in/ }).click();
  await expect(noRoom).toBeVisible();
  await expect(answer).toHaveValue('Nowhere to keep this.');
  await page.goto(path);
  await answer.fill('Nor this.');
  await page.getByRole('button', { name: 'Hand in', exact: true }).click();
  await expect(noRoom).toBeVisible();
  await expect(answer).toHaveValue('Nor this.');
  expect(await waiting(page)).toBe(0);
});

test('what waits on a tablet for days is warned of, and sooner in a tab that a browser empties after a week', async ({ browser }) => {
  const tab = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15';
  const afterAWeek = /^This is a tab and not an installed app: the browser may delete what is not sent after 7 days/;
  const afterDays = /^Some of this has waited for more than 5 days/;
  for (const { userAgent, days, warned } of [
    { userAgent: tab, days: 0, warned: afterAWeek },
    { userAgent: undefined, days: 4, warned: null },
    { userAgent: undefined, days: 6, warned: afterDays },
  ]) {
    const context = await browser.newContext({ ...(userAgent && { userAgent }) });
    const page = await context.newPage();
    await readyFor(page, student(8));
    const path = await openWork(page);
    await context.route('**/outbox', (route) => route.abort());
    await offline(context);
    await page.goto(path);
    await page.getByLabel('My answer').fill('This waits.');
    await expect(page.locator('#said')).toHaveText('On this tablet.');
    await context.setOffline(false);
    await context.addInitScript((ahead) => {
      const now = Date.now;
      Date.now = () => now() + ahead;
    }, days * 24 * 60 * 60 * 1000);
    await page.goto('/home');
    const bar = page.locator('#offline-bar');
    await expect(bar.getByText('waiting to send').or(bar.getByText('waits to be sent'))).toBeVisible();
    const warnings = bar.getByText(afterAWeek).or(bar.getByText(afterDays));
    await expect(warnings).toHaveCount(warned ? 1 : 0);
    if (warned) {
      await expect(warnings).toHaveText(warned);
    }
    await context.close();
  }
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

test('an upload that hangs is given up, and what waits is sent all the same', async ({ page, context }) => {
  await context.addInitScript(() => {
    const { timeout } = AbortSignal;
    AbortSignal.timeout = (ms) => timeout.call(AbortSignal, Math.min(ms, 2_000));
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

test('words of the last moment before signing out are sealed too', async ({ page, context }) => {
  await readyFor(page, student(11));
  const path = await openWork(page);
  await offline(context);
  await page.goto(path);
  await page.getByLabel('My answer').fill('One last word.');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByText('Nobody is signed in.')).toBeVisible();
  await expect(page.getByText('1 item from another user waiting to send')).toBeVisible();
  await context.setOffline(false);
  await expect.poll(() => waiting(page)).toBe(0);
  await page.getByRole('button', { name: 'Try the network again' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  await signIn(page, student(11));
  await page.goto(path);
  await expect(page.getByLabel('My answer')).toHaveValue('One last word.');
});

test('a page that was on its way while its worker began is watched over by it all the same', async ({ page, context }) => {
  await readyFor(page, student(8));
  // As the browser does it where everything is fetched anew: without the worker.
  const browser = await context.newCDPSession(page);
  const turned = page.waitForEvent('load');
  await browser.send('Page.reload', { ignoreCache: true });
  await turned;
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
});

test('what is to be read is kept also where the network was gone when the page began', async ({ page, context }) => {
  let wasLost = false;
  await context.route('**/offline/ticket', (route) => {
    const isFirst = !wasLost;
    wasLost = true;
    return isFirst ? route.abort() : route.continue();
  });
  await readyFor(page, student(8));
  expect(wasLost).toBe(true);
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

test('a hand-in that arrives leaves nothing on the tablet to be sent again', async ({ page }) => {
  await readyFor(page, student(2));
  await openWork(page);
  await page.getByLabel('My answer').fill('Sent the usual way.');
  await page.getByRole('button', { name: /^Hand in/ }).click();
  await expect(page.getByText('Handed in. Your receipt is below.')).toBeVisible();
  await expect.poll(() => waiting(page)).toBe(0);
});

test('words that wait from before are not thrown away by what is typed over the older ones', async ({ page, context }) => {
  await readyFor(page, student(3));
  const path = await openWork(page);
  await context.route('**/outbox', (route) => route.abort());
  await offline(context);
  await page.goto(path);
  await page.getByLabel('My answer').fill('Written on the bus.');
  await expect(page.locator('#said')).toHaveText('On this tablet.');
  await context.setOffline(false);
  await page.goto(path);
  const answer = page.getByLabel('My answer');
  await expect(answer).not.toHaveValue('Written on the bus.');
  await answer.pressSequentially('Typed at school. ');
  await expect(page.locator('#text-state')).toHaveText(/^Saved .*\d\d:\d\d/);
  expect(await waiting(page)).toBe(1);
  await context.unroute('**/outbox', undefined);
  await page.goto('/home');
  await expect.poll(() => waiting(page)).toBe(0);
  // Both are there: one in the work, one aside.
  await page.goto('/needs-you');
  await expect(page.getByText('Written on the bus.')).toBeVisible();
  await page.goto(path);
  await expect(page.getByLabel('My answer')).toHaveValue(/Typed at school\./);
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
  const onTheTablet = (): Promise<(string | undefined)[]> => page.evaluate(async () => {
    const { classimize } = window as unknown as { classimize: { pack(): Promise<{ works: { words?: { words: string } }[] } | null> } };
    return (await classimize.pack())?.works.map((work) => work.words?.words) ?? [];
  });
  await expect.poll(onTheTablet).toContain('The newer words.');
  await offline(context);
  await page.goto(path);
  await expect(page.getByRole('heading', { level: 1, name: 'No network' })).toBeVisible();
  await expect(answer).toHaveValue('The newer words.');
});

test('a tablet whose clock is days ahead still knows who is signed in', async ({ page, context }) => {
  await context.addInitScript(() => {
    const ahead = 3 * 24 * 60 * 60 * 1000;
    const now = Date.now;
    Date.now = () => now() + ahead;
  });
  await readyFor(page, student(8));
  await offline(context);
  await page.goto('/home');
  await expect(page.getByText('Nobody is signed in.')).toHaveCount(0);
  await expect(page.getByRole('heading', { name: 'Saved on this tablet' })).toBeVisible();
});

test('without a network too, letters are as large and as far apart as the student chose', async ({ page, context }) => {
  await readyFor(page, student(8));
  await page.goto('/settings/reading');
  await page.getByRole('group', { name: 'Text size', exact: true }).getByLabel('Largest', { exact: true }).check();
  await page.getByRole('button', { name: 'Keep', exact: true }).click();
  await expect(page.getByText('Kept. Pages look like this')).toBeVisible();
  const size = String(await page.locator('html').getAttribute('data-size'));
  const kept = (): Promise<string | undefined> => page.evaluate(async () => {
    const { classimize } = window as unknown as { classimize: { pack(): Promise<{ look?: { size?: string } } | null> } };
    return (await classimize.pack())?.look?.size;
  });
  await expect.poll(kept).toBe(size);
  await offline(context);
  await page.goto('/home');
  await expect(page.locator('html')).toHaveAttribute('data-size', size);
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
  expect(await waiting(page)).toBe(0);
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

test('a photo that was chosen stays chosen when words from before arrive', async ({ page, context }) => {
  await readyFor(page, student(5));
  const path = await openWork(page);
  await context.route('**/outbox', (route) => route.abort());
  await offline(context);
  await page.goto(path);
  await page.getByLabel('My answer').fill('Written in the wood.');
  await expect(page.locator('#said')).toHaveText('On this tablet.');
  await context.setOffline(false);
  await page.goto(path);
  const files = page.getByLabel('Photos and files').or(page.locator('input[type=file][name=files]')).first();
  await files.setInputFiles({ name: 'leaf.png', mimeType: 'image/png', buffer: Buffer.from('a photo of a leaf') });
  await page.evaluate(() => Object.assign(window, { isSamePage: true }));
  await context.unroute('**/outbox', undefined);
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await expect.poll(() => waiting(page)).toBe(0);
  await expect(page.getByText('waits to be sent')).toHaveCount(0);
  expect(await page.evaluate(() => 'isSamePage' in window)).toBe(true);
  expect(await files.evaluate((field: HTMLInputElement) => field.files?.length)).toBe(1);
});

test('photos that are too large for the tablet do not take the last words with them', async ({ page, context }) => {
  await readyFor(page, student(8));
  const path = await openWork(page);
  await page.locator('input[type=file][name=files]').setInputFiles({ name: 'film.mp4', mimeType: 'video/mp4', buffer: Buffer.alloc(13 * 1024 * 1024) });
  await offline(context);
  await page.getByLabel('My answer').fill('The words beside a film.');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByText('Nobody is signed in.')).toBeVisible();
  await expect(page.getByText('1 item from another user waiting to send')).toBeVisible();
  await context.setOffline(false);
  await expect.poll(() => waiting(page)).toBe(0);
  await signIn(page, student(8));
  await page.goto(path);
  await expect(page.getByLabel('My answer')).toHaveValue('The words beside a film.');
});

test('a photo that is chosen without a network is sealed at once, with the words beside it', async ({ page, context }) => {
  await readyFor(page, student(4));
  const path = await openWork(page);
  await offline(context);
  await page.goto(path);
  await page.getByLabel('My answer').fill('Beside the photo.');
  await page.getByLabel('Photos and files').setInputFiles(photo('moss.png'));
  await expect(page.locator('#waiting').getByText(/^Draft with files: /)).toBeVisible();
  // The page goes without another press.
  await page.goto('/home');
  await context.setOffline(false);
  await expect.poll(() => waiting(page)).toBe(0);
  await page.goto(path);
  await expect(page.getByRole('link', { name: 'moss.png' })).toBeVisible();
  await expect(page.getByLabel('My answer')).toHaveValue('Beside the photo.');
});

test('a hand-in without words takes its photo along', async ({ page, context }) => {
  await readyFor(page, student(4));
  const path = await openWork(page);
  await offline(context);
  await page.goto(path);
  await page.getByLabel('My answer').fill('');
  await page.getByLabel('Photos and files').setInputFiles(photo('fossil.png'));
  await expect(page.locator('#waiting').getByText(/^Draft with files: /)).toBeVisible();
  await page.getByRole('button', { name: 'Hand in', exact: true }).click();
  await expect(page.getByText('On this tablet. It is handed in')).toBeVisible();
  await context.setOffline(false);
  await expect(page.locator('#waiting').getByText(/^Received \d\d:\d\d \(\w{3}-\w{3}-\w{3}\)$/)).toBeVisible();
  await page.goto(path);
  await expect(page.getByRole('link', { name: 'fossil.png' })).toHaveCount(1);
});

test('a photo that was chosen in the last moment before signing out is sealed too', async ({ page, context }) => {
  await readyFor(page, student(11));
  const path = await openWork(page);
  await offline(context);
  await page.goto(path);
  await page.getByLabel('Photos and files').setInputFiles(photo('dew.png'));
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByText('Nobody is signed in.')).toBeVisible();
  await expect(page.getByText('1 item from another user waiting to send')).toBeVisible();
  await context.setOffline(false);
  await expect.poll(() => waiting(page)).toBe(0);
  await signIn(page, student(11));
  await page.goto(path);
  await expect(page.getByRole('link', { name: 'dew.png' })).toBeVisible();
});

test('a photo that was chosen in another tab is sealed when somebody signs out', async ({ page, context }) => {
  await readyFor(page, student(5));
  const tab = await context.newPage();
  await tab.goto('/home');
  const path = await openWork(tab);
  await untilKept(tab);
  await tab.locator('input[type=file][name=files]').setInputFiles(photo('snail.png'));
  await page.getByRole('button', { name: 'Sign out', exact: true }).first().click();
  await expect(tab.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  await signIn(page, student(5));
  await expect.poll(() => waiting(page)).toBe(0);
  await page.goto(path);
  await expect(page.getByRole('link', { name: 'snail.png' })).toBeVisible();
});

/** From now on the page believes that it is so many days earlier. */
const setBack = (page: Page, days: number): Promise<void> => page.evaluate((back) => {
  const now = Date.now;
  Date.now = () => now() - back;
}, days * 24 * 60 * 60 * 1000);

test('what was done first arrives first, also where the clock was set back between', async ({ page, context }) => {
  await readyFor(page, student(6));
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
  await readyFor(page, student(6));
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

test('what the school refuses is saved and taken away by its owner, and is nothing to the next student', async ({ page, context }) => {
  await readyFor(page, student(3));
  const path = await openWork(page);
  await context.route('**/outbox', (route) => route.fulfill({ status: 422, body: '' }));
  await offline(context);
  await page.goto(path);
  await page.getByLabel('My answer').fill('Nobody takes this.');
  await expect(page.locator('#said')).toHaveText('On this tablet.');
  await context.setOffline(false);
  await expect(page.locator('#waiting').getByText('Needs you', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  await readyFor(page, student(8));
  expect(await waiting(page)).toBe(0);
  await expect(page.getByText('waiting to send')).toHaveCount(0);
  await page.getByRole('button', { name: 'Sign out', exact: true }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  await readyFor(page, student(3));
  await page.goto('/shell');
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as a file, then take it away' }).click();
  expect(await readFile(await (await saved).path(), 'utf8')).toContain('"kind":"draft"');
  expect(await waiting(page)).toBe(1);
  const takeAway = page.getByRole('button', { name: 'Take it away', exact: true });
  await expect(takeAway).toBeFocused();
  expect(await axeFindings(page)).toEqual([]);
  await takeAway.click();
  await expect.poll(() => waiting(page)).toBe(0);
  await expect(takeAway).toHaveCount(0);
});

test('a teacher signs out without a network, from their page or from the one without a network, and is signed out', async ({ page, context }) => {
  const signedOut = async (words: string): Promise<void> => {
    await expect(page.getByText(words)).toBeVisible();
    expect((await context.cookies()).map(({ name }) => name)).not.toContain('sk');
    await context.setOffline(false);
    await page.goto('/home');
    await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  };
  await signIn(page, accountOf('i.achterberg'));
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  await page.reload();
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  await offline(context);
  await page.getByRole('button', { name: 'Sign out', exact: true }).first().click();
  await signedOut('Signed out. Nobody is signed in.');
  await signIn(page, accountOf('i.achterberg'));
  await offline(context);
  await page.goto('/home');
  await expect(page.getByText('You are signed in, but nothing is kept here to read without a network.')).toBeVisible();
  expect(await axeFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await signedOut('Nobody is signed in.');
});

test('a tablet that is full says that not everything could be kept to read, and when something was last sent', async ({ page, context }) => {
  await context.addInitScript(() => {
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function full(...given) {
      if (String((given[0] as { id: string }).id).startsWith('work:')) {
        throw new DOMException('full', 'QuotaExceededError');
      }
      return put.apply(this, given);
    };
  });
  await signIn(page, student(8));
  const short = page.getByText('Not everything could be kept to read without a network.');
  await expect(short).toBeVisible();
  await openWork(page);
  await expect(short).toBeVisible();
  await context.route('**/api/assignments/save-draft', (route) => route.abort());
  await page.getByLabel('My answer').fill('Sent all the same.');
  await expect.poll(() => page.evaluate(() => localStorage.getItem('last_sent'))).not.toBeNull();
  await expect.poll(() => waiting(page)).toBe(0);
  await page.goto('/shell');
  await expect(page.getByText(/^Last sent from this tablet: .*\d\d:\d\d/)).toBeVisible();
  expect(await axeFindings(page)).toEqual([]);
});
