// Work without a network where something is in its way: a school that refuses it, a tablet
// without room or storage, a clock that is wrong, a tab that is closed too early.
import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { type Account, studentAt } from '../fixtures/accounts.js';
import { signIn } from '../fixtures/doors.js';
import { axeFindings } from '../fixtures/looks.js';
import { full, offline, openWork, readyFor, toRead, waiting } from '../fixtures/offline.js';

/** Students of one demo school, each test with its own: what one hands in is not the other's to find. */
const student = (at: number): Account => studentAt('BRACK', at);

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
  await full(context);
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

const PRESS_AGAIN = 'Press again to go on all the same.';
const NOT_KEPT = 'There was no room left on this tablet for what was done last.';

test('a full tablet without a network signs nobody out over their last words at one press, on any page', async ({ page, context }) => {
  await full(context);
  await readyFor(page, student(8));
  const path = await openWork(page);
  const answer = page.getByLabel('My answer');
  const pressSignOut = (): Promise<void> => page.getByRole('button', { name: 'Sign out' }).first().click();
  await offline(context);
  await answer.fill('Nowhere to go.');
  await pressSignOut();
  await expect(page.getByText(PRESS_AGAIN)).toBeVisible();
  await expect(answer).toHaveValue('Nowhere to go.');
  // What is changed after it was said is not meant by it.
  await answer.fill('Nowhere to go at all.');
  await expect(page.getByText(PRESS_AGAIN)).toHaveCount(0);
  await pressSignOut();
  await expect(page.getByText(PRESS_AGAIN)).toBeVisible();
  await expect(answer).toHaveValue('Nowhere to go at all.');
  await pressSignOut();
  await expect(page.getByText('Nobody is signed in.')).toBeVisible();
  await expect(page.getByText(NOT_KEPT)).toBeVisible();
  await context.setOffline(false);
  await readyFor(page, student(8));
  await expect(page.getByText(NOT_KEPT)).toHaveCount(0);
  await offline(context);
  await page.goto(path);
  await answer.fill('Nor here.');
  await pressSignOut();
  await expect(page.getByText(PRESS_AGAIN)).toBeVisible();
  await expect(answer).toHaveValue('Nor here.');
  await pressSignOut();
  await expect(page.getByText('Nobody is signed in.')).toBeVisible();
});

test('two quick taps on "Sign out" are not the second press that a full tablet asks for', async ({ page, context }) => {
  await full(context);
  await readyFor(page, student(8));
  await openWork(page);
  const answer = page.getByLabel('My answer');
  const signOut = page.getByRole('button', { name: 'Sign out' }).first();
  await offline(context);
  await answer.fill('Tapped twice.');
  await signOut.evaluate((button: HTMLButtonElement) => {
    button.click();
    button.click();
  });
  await expect(page.getByText(PRESS_AGAIN)).toBeVisible();
  // The page is still there: what is changed now is asked about anew.
  await answer.fill('Tapped twice, and still here.');
  await expect(page.getByText(PRESS_AGAIN)).toHaveCount(0);
  await signOut.click();
  await expect(page.getByText(PRESS_AGAIN)).toBeVisible();
  await expect(answer).toHaveValue('Tapped twice, and still here.');
});

test('on a full tablet no button of the page for no network throws the last words away at one press', async ({ page, context }) => {
  await full(context);
  await readyFor(page, student(8));
  const path = await openWork(page);
  const answer = page.getByLabel('My answer');
  const said = page.locator('#said');
  const asks = page.getByText(PRESS_AGAIN);
  const tryAgain = page.getByRole('button', { name: 'Try the network again' });
  const allMyWork = page.getByRole('button', { name: 'All my saved work' });
  const asksBeforeItCloses = (): Promise<boolean> =>
    page.evaluate(() => !window.dispatchEvent(new Event('beforeunload', { cancelable: true })));
  await offline(context);
  await page.goto(path);
  expect(await asksBeforeItCloses()).toBe(false);
  await answer.fill('Kept nowhere.');
  expect(await asksBeforeItCloses()).toBe(true);
  await expect(said).toHaveText(/^There is no room left/);
  expect(await asksBeforeItCloses()).toBe(true);
  await allMyWork.click();
  await expect(asks).toBeVisible();
  await expect(answer).toHaveValue('Kept nowhere.');
  await answer.fill('Kept nowhere at all.');
  await expect(asks).toHaveCount(0);
  await allMyWork.click();
  await expect(asks).toBeVisible();
  await allMyWork.click();
  await expect(page.getByRole('heading', { name: 'Saved on this tablet' })).toBeVisible();
  await expect(asks).toHaveCount(0);
  expect(await asksBeforeItCloses()).toBe(false);

  await page.goto(path);
  await answer.fill('Nor is this.');
  await expect(said).toHaveText(/^There is no room left/);
  // The network is back, and what is sealed does not get through.
  await context.route('**/outbox', (route) => route.abort());
  await context.setOffline(false);
  await tryAgain.click();
  await expect(asks).toBeVisible();
  await expect(answer).toHaveValue('Nor is this.');
  await tryAgain.click();
  await expect(page.locator('#text-state')).toBeVisible();
});

test('on a full tablet the last words take the place of what was kept to read', async ({ page, context }) => {
  await full(context, 'until what is kept to read is gone');
  await context.route('**/api/assignments/save-draft', (route) => route.abort());
  await readyFor(page, student(8));
  const path = await openWork(page);
  await offline(context);
  await page.getByLabel('My answer').fill('In place of the pack.');
  await page.getByRole('button', { name: 'Sign out' }).first().click();
  await expect(page.getByText('Nobody is signed in.')).toBeVisible();
  await expect(page.getByText('1 item from another user waiting to send')).toBeVisible();
  await expect(page.getByText(NOT_KEPT)).toHaveCount(0);
  await context.setOffline(false);
  await expect.poll(() => waiting(page)).toBe(0);
  await signIn(page, student(8));
  await page.goto(path);
  await expect(page.getByLabel('My answer')).toHaveValue('In place of the pack.');
});

test('the last words on a full tablet go to the school at once where there is a network', async ({ page, context }) => {
  await full(context);
  await readyFor(page, student(8));
  const path = await openWork(page);
  await context.route('**/api/assignments/save-draft', (route) => route.abort());
  await page.getByLabel('My answer').fill('Sent on the way out.');
  await page.getByRole('button', { name: 'Sign out' }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  await context.unroute('**/api/assignments/save-draft');
  await signIn(page, student(8));
  await page.goto(path);
  await expect(page.getByLabel('My answer')).toHaveValue('Sent on the way out.');
});

test('what goes at once from a full tablet leaves nothing older behind that would come after it', async ({ page, context }) => {
  let older = 'anything';
  let mayGo = false;
  await context.route('**/api/assignments/save-draft', (route) => route.abort());
  await context.route('**/outbox', (route) => {
    const isOlder = older === 'anything' || route.request().postDataBuffer()?.includes(older);
    return isOlder && !mayGo ? route.abort() : route.continue();
  });
  await readyFor(page, student(8));
  const path = await openWork(page);
  const answer = page.getByLabel('My answer');
  await answer.fill('The older words.');
  await expect.poll(() => waiting(page)).toBe(1);
  older = await page.evaluate(async () => {
    const { classimize } = window as unknown as { classimize: { all(name: string): Promise<{ id: string }[]> } };
    return String((await classimize.all('outbox'))[0]?.id);
  });
  await page.evaluate(() => {
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = function keep(...given) {
      if (this.transaction.db.name === 'outbox') {
        throw new DOMException('full', 'QuotaExceededError');
      }
      return put.apply(this, given);
    };
  });
  await answer.fill('The newer words.');
  await expect.poll(() => waiting(page)).toBe(0);
  mayGo = true;
  await page.goto(path);
  await expect(answer).toHaveValue('The newer words.');
  await expect(page.getByText('needs you')).toHaveCount(0);
});

test('an answer without a receipt is not believed, whoever gives it', async ({ page, context }) => {
  await readyFor(page, student(8));
  const path = await openWork(page);
  const answers = ['{}', '{"receipt":""}', '{"receipt":7}', '<p>Welcome to this Wi-Fi.</p>'];
  let tries = 0;
  await context.route('**/outbox', (route) => {
    const body = answers[tries % answers.length] ?? '';
    tries += 1;
    return route.fulfill({ status: 200, contentType: 'application/json', body });
  });
  await offline(context);
  await page.goto(path);
  await page.getByLabel('My answer').fill('Through the café.');
  await expect(page.locator('#said')).toHaveText('On this tablet.');
  await context.setOffline(false);
  for (let told = 1; told <= answers.length; told += 1) {
    await expect.poll(async () => {
      await page.evaluate(() => window.dispatchEvent(new Event('online')));
      return tries;
    }).toBeGreaterThanOrEqual(told);
    expect(await waiting(page)).toBe(1);
  }
  await context.unroute('**/outbox');
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await expect.poll(() => waiting(page)).toBe(0);
  await page.goto(path);
  await expect(page.getByLabel('My answer')).toHaveValue('Through the café.');
});

test('what a network on the way refuses is sent again', async ({ page, context }) => {
  await readyFor(page, student(8));
  const path = await openWork(page);
  const refusals = [400, 413, 422];
  let tries = 0;
  await context.route('**/outbox', (route) => {
    const status = refusals[tries % refusals.length] ?? 400;
    tries += 1;
    return route.fulfill({ status, contentType: 'text/html', body: '<p>Blocked by the filter of this network.</p>' });
  });
  await offline(context);
  await page.goto(path);
  await page.getByLabel('My answer').fill('Not through the filter.');
  await expect(page.locator('#said')).toHaveText('On this tablet.');
  await context.setOffline(false);
  for (let told = 1; told <= refusals.length; told += 1) {
    await expect.poll(async () => {
      await page.evaluate(() => window.dispatchEvent(new Event('online')));
      return tries;
    }).toBeGreaterThanOrEqual(told);
    await expect(page.locator('#waiting').getByText('Needs you', { exact: true })).toHaveCount(0);
    expect(await waiting(page)).toBe(1);
  }
  await context.unroute('**/outbox');
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await expect.poll(() => waiting(page)).toBe(0);
  await page.goto(path);
  await expect(page.getByLabel('My answer')).toHaveValue('Not through the filter.');
});

test('in a tab that a browser empties after a week it is said where something to read is kept', async ({ browser }) => {
  const tab = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15';
  for (const { userAgent, warnings } of [{ userAgent: tab, warnings: 1 }, { userAgent: undefined, warnings: 0 }]) {
    const context = await browser.newContext({ ...(userAgent && { userAgent }) });
    const page = await context.newPage();
    await readyFor(page, student(8));
    await page.goto('/home');
    await expect(page.getByRole('banner').getByRole('link', { name: /^Your work:/ })).toHaveText(/All sent$/);
    await expect(page.locator('#offline-bar').getByText('the browser may delete what is kept here after 7 days.')).toHaveCount(warnings);
    await context.close();
  }
});

test('what waits on a tablet for days is warned of, and sooner in a tab that a browser empties after a week', async ({ browser }) => {
  const tab = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15';
  const afterAWeek = /^In a tab the browser may delete what is kept here after 7 days/;
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
  await expect.poll(async () => (await toRead<{ size?: string }>(page, 'look'))?.size).toBe(size);
  await offline(context);
  await page.goto('/home');
  await expect(page.locator('html')).toHaveAttribute('data-size', size);
});

test('photos that are too large for the tablet do not take the last words with them', async ({ page, context }) => {
  await readyFor(page, student(8));
  const path = await openWork(page);
  await page.locator('input[type=file][name=files]').setInputFiles({ name: 'film.mp4', mimeType: 'video/mp4', buffer: Buffer.alloc(13 * 1024 * 1024) });
  await offline(context);
  await page.getByLabel('My answer').fill('The words beside a film.');
  await page.getByRole('button', { name: 'Sign out' }).click();
  // The film cannot be kept: they have to say that it may go.
  await expect(page.getByText(PRESS_AGAIN)).toBeVisible();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByText('Nobody is signed in.')).toBeVisible();
  await expect(page.getByText('1 item from another user waiting to send')).toBeVisible();
  await context.setOffline(false);
  await expect.poll(() => waiting(page)).toBe(0);
  await signIn(page, student(8));
  await page.goto(path);
  await expect(page.getByLabel('My answer')).toHaveValue('The words beside a film.');
});

test('words of a form that was left do not come back in place of newer ones when the page is put away', async ({ page, context }) => {
  await readyFor(page, student(8));
  const path = await openWork(page);
  const title = String(await page.getByRole('heading', { level: 1 }).textContent());
  const [answer, said] = [page.getByLabel('My answer'), page.locator('#said')];
  await offline(context);
  await page.goto(path);
  await answer.fill('The older words.');
  await expect(said).toHaveText('On this tablet.');
  await page.getByLabel('Photos and files').setInputFiles({ name: 'film.mp4', mimeType: 'video/mp4', buffer: Buffer.alloc(13 * 1024 * 1024) });
  await expect(said).toHaveText(/more than 12 MB/);
  const allMyWork = page.getByRole('button', { name: 'All my saved work' });
  await allMyWork.click();
  await expect(page.getByText(PRESS_AGAIN)).toBeVisible();
  await allMyWork.click();
  await page.getByRole('button', { name: title, exact: true }).click();
  await answer.fill('The newer words.');
  await expect(said).toHaveText('On this tablet.');
  const sealedAgain = await page.evaluate(async () => {
    const { classimize } = window as unknown as { classimize: { all(name: string): Promise<unknown[]> } };
    // Each item has a number of its own, drawn before anything is waited for.
    const numbers: string[] = [];
    const { randomUUID } = Crypto.prototype;
    Crypto.prototype.randomUUID = function draw() {
      const number = randomUUID.call(this);
      numbers.push(number);
      return number;
    };
    Object.defineProperty(document, 'hidden', { configurable: true, value: true });
    document.dispatchEvent(new Event('visibilitychange'));
    await classimize.all('outbox');
    return numbers.length;
  });
  expect(sealedAgain).toBe(0);
  await context.setOffline(false);
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await expect.poll(() => waiting(page)).toBe(0);
  await page.goto(path);
  await expect(answer).toHaveValue('The newer words.');
});

test('what cannot be kept and does not say why is asked about all the same before its form goes', async ({ page, context }) => {
  await readyFor(page, student(8));
  const path = await openWork(page);
  await offline(context);
  await page.goto(path);
  await expect(page.getByLabel('My answer')).toBeVisible();
  await page.evaluate(() => {
    const { classimize } = window as unknown as { classimize: { beforeLock: () => Promise<void> } };
    classimize.beforeLock = () => Promise.reject(new DOMException());
  });
  await page.getByRole('button', { name: 'All my saved work' }).click();
  await expect(page.getByText(`What you did last is not kept. ${PRESS_AGAIN}`)).toBeVisible();
  await expect(page.getByLabel('My answer')).toBeVisible();
});

test('what the school refuses is saved and taken away by its owner, and is nothing to the next student', async ({ page, context }) => {
  await readyFor(page, student(3));
  const path = await openWork(page);
  await context.route('**/outbox', (route) => route.fulfill({ status: 422, headers: { 'X-Outbox-Refused': 'yes' } }));
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
  const savedBy = async (button: string): Promise<string> => {
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: button, exact: true }).click();
    return readFile(await (await saved).path(), 'utf8');
  };
  const first = await savedBy('Save as a file, then take it away');
  expect(first).toContain('"kind":"draft"');
  expect(await waiting(page)).toBe(1);
  // Nobody but its owner knows whether it was saved: they are asked, and whoever presses once more saves it again.
  const takeAway = page.getByRole('button', { name: 'It is saved: take it away', exact: true });
  await expect(takeAway).toBeVisible();
  await expect(page.getByRole('button', { name: 'Save it again', exact: true })).toBeFocused();
  expect(await axeFindings(page)).toEqual([]);
  expect(await savedBy('Save it again')).toBe(first);
  expect(await waiting(page)).toBe(1);
  await takeAway.click();
  await expect.poll(() => waiting(page)).toBe(0);
  await expect(takeAway).toHaveCount(0);
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
