// Whose device it is: what a class shares locks itself and keeps nothing, what is one's own
// keeps what is to be read, and what the school or its person forgets is empty afterwards.
import { createHmac } from 'node:crypto';
import { type Browser, type BrowserContext, expect, type Page, test } from '@playwright/test';
import { type Account, accountOf, accountWith, studentAt } from '../fixtures/accounts.js';
import { badgesOf, setUp, tap } from '../fixtures/badges.js';
import { signIn } from '../fixtures/doors.js';
import { axeFindings } from '../fixtures/looks.js';
import { everythingReadable, full, offline, openWork, readyFor, signInOnOwn, untilKept, waiting } from '../fixtures/offline.js';

/** Students of one demo school; no other story hands in as the last of them. */
const student = (at: number): Account => studentAt('BRACK', at);

/** The school ends a device. */
async function forgetAtSchool(browser: Browser, name: string): Promise<void> {
  const office = await (await browser.newContext()).newPage();
  await signIn(office, accountWith('ALDER', 'school_admin'));
  await office.goto('/school/devices');
  await office.getByText(`Forget ${name}`).first().click();
  await office.getByRole('button', { name: `Forget ${name}` }).click();
  await expect(office.getByText('Forgotten. No badge works there any more.')).toBeVisible();
  await office.context().close();
}

/** A student signs in by badge on a tablet that the school has set up for a class. */
async function onSharedTablet(page: Page, browser: Browser, name: string): Promise<void> {
  const [badge] = await badgesOf(browser, ['Idris']);
  await setUp(page, name);
  await page.goto(`/badge#${badge.code.replaceAll('-', '')}`);
  await tap(page, badge);
  await expect(page).toHaveURL(/\/home$/);
  await untilKept(page);
}

/** The browser was closed: the cookies of the sign-in are gone, and so is each window's own. */
async function closeTheBrowser(page: Page, context: BrowserContext): Promise<Page> {
  const kept = (await context.cookies()).filter(({ expires }) => expires !== -1);
  const next = await context.newPage();
  await page.close();
  await context.clearCookies();
  await context.addCookies(kept);
  return next;
}

/** On their own device somebody looked at work, closed the browser, and has no network. */
async function closedAndOffline(page: Page, context: BrowserContext, who: Account): Promise<{ path: string; title: string; next: Page }> {
  await signInOnOwn(page, who);
  const path = await openWork(page);
  const title = String(await page.getByRole('heading', { level: 1 }).textContent());
  const next = await closeTheBrowser(page, context);
  await offline(context);
  return { path, title, next };
}

test('a tablet that a class shares locks itself after ten minutes and forgets what was kept to read', async ({ page, browser }) => {
  await page.clock.install();
  await onSharedTablet(page, browser, 'Tablet that locks');
  expect(await everythingReadable(page)).toContain('database u:');
  await page.clock.fastForward(9 * 60 * 1000);
  expect(await everythingReadable(page)).toContain('database u:');
  await page.clock.fastForward(2 * 60 * 1000);
  await expect(page.getByRole('heading', { level: 1, name: 'Hold up your badge' })).toBeVisible();
  expect(await everythingReadable(page)).not.toContain('database u:');
  await page.goto('/home');
  await expect(page.getByRole('heading', { level: 1, name: 'Hold up your badge' })).toBeVisible();
});

test('a tablet that a class shares locks itself also where its page is loaded again, or comes back too late', async ({ page, browser }) => {
  const [badge] = await badgesOf(browser, ['Idris']);
  await setUp(page, 'Tablet that is loaded again');
  await page.clock.install();
  const signInAgain = async (): Promise<void> => {
    await page.goto('/robots.txt');
    await page.goto(`/badge#${badge.code.replaceAll('-', '')}`);
    await tap(page, badge);
    await expect(page).toHaveURL(/\/home$/);
    await untilKept(page);
  };
  await signInAgain();
  await page.clock.fastForward(9 * 60 * 1000);
  await page.reload();
  await expect(page).toHaveURL(/\/home$/);
  await untilKept(page);
  await page.clock.fastForward(2 * 60 * 1000);
  await expect(page.getByRole('heading', { level: 1, name: 'Hold up your badge' })).toBeVisible();
  expect(await everythingReadable(page)).not.toContain('database u:');

  await signInAgain();
  await page.goto('/robots.txt');
  await page.clock.fastForward(11 * 60 * 1000);
  await page.goto('/home', { waitUntil: 'commit' });
  await expect(page.getByRole('heading', { level: 1, name: 'Hold up your badge' })).toBeVisible();
  expect(await everythingReadable(page)).not.toContain('database u:');
});

test('a tablet that a class shares asks before it locks, and stays open for whoever moves the page or is read to', async ({ page, browser }) => {
  await page.clock.install();
  await onSharedTablet(page, browser, 'Tablet that asks');
  const question = page.getByRole('alert').filter({ hasText: 'Still there?' });
  const answers = [
    () => page.keyboard.press('Shift'),
    () => page.mouse.wheel(0, 40),
    // A finger on the question is not one on what lies beneath it.
    () => page.mouse.click(...beneath),
  ];
  const box = await page.getByRole('button', { name: 'Sign out', exact: true }).first().boundingBox();
  const beneath: [number, number] = [Number(box?.x) + 5, Number(box?.y) + 5];
  for (const answer of answers) {
    await page.clock.fastForward('09:30');
    await expect(question).toBeVisible();
    expect(await axeFindings(page)).toEqual([]);
    await answer();
    await expect(question).toHaveCount(0);
  }
  await expect(page).toHaveURL(/\/home$/);
  // Words that are spoken or drawn come without a key.
  await page.goto('/settings/reading');
  for (let minutes = 0; minutes < 30; minutes += 6) {
    await page.clock.fastForward('06:00');
    await page.getByRole('radio').first().dispatchEvent('input');
  }
  await page.goto('/home');
  await expect(page).toHaveURL(/\/home$/);
  await page.evaluate(() => Object.defineProperty(speechSynthesis, 'speaking', { configurable: true, value: true }));
  for (let minutes = 0; minutes < 30; minutes += 6) {
    await page.clock.fastForward('06:00');
  }
  await expect(page).toHaveURL(/\/home$/);
  await page.evaluate(() => Object.defineProperty(speechSynthesis, 'speaking', { value: false }));
  await page.clock.fastForward('09:30');
  await expect(question).toBeVisible();
  await page.clock.fastForward('01:00');
  await expect(page.getByRole('heading', { level: 1, name: 'Hold up your badge' })).toBeVisible();
});

test('a tablet that a class shares proves its touches to the server, so that none without a network counts as idle', async ({ page, browser, context }) => {
  await onSharedTablet(page, browser, 'Tablet that proves');
  await page.keyboard.press('Shift');
  const said = async (): Promise<string[]> => (await context.cookies()).find(({ name }) => name === 'sk')?.value.split('.') ?? [];
  await expect.poll(async () => (await said()).length).toBe(3);
  const [, at, proof] = await said();
  expect(Math.abs(Date.now() / 1000 - Number(at))).toBeLessThan(60);
  // Written out here a second time: the server's own test proves in the same way.
  const ticket = (await (await page.request.get('/offline/ticket')).json()) as { touch_key: string };
  expect(proof).toBe(createHmac('sha256', Buffer.from(ticket.touch_key, 'hex')).update(String(at)).digest('hex'));
  await page.goto('/home');
  await expect(page).toHaveURL(/\/home$/);
});

test('a tablet that a class shares locks itself also where its clock is set back', async ({ page, browser }) => {
  await page.clock.install();
  await onSharedTablet(page, browser, 'Tablet with a clock that is set back');
  await page.clock.setSystemTime(Date.now() - 3 * 60 * 60 * 1000);
  await page.clock.fastForward(11 * 60 * 1000);
  await expect(page.getByRole('heading', { level: 1, name: 'Hold up your badge' })).toBeVisible();
  expect(await everythingReadable(page)).not.toContain('database u:');
});

test('a device that nobody enrolled does not lock itself after ten minutes, but does when the sign-in is over', async ({ page }) => {
  await page.clock.install();
  await readyFor(page, student(12));
  await page.clock.fastForward(11 * 60 * 1000);
  expect(await everythingReadable(page)).toContain('database u:');
  await page.goto('/home');
  await expect(page).toHaveURL(/\/home$/);
  await page.clock.fastForward(61 * 60 * 1000);
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  expect(await everythingReadable(page)).not.toContain('database u:');
});

test('on a device of their own a student reads and hands in after the browser was closed, without a network', async ({ page, context }) => {
  const { path, title, next } = await closedAndOffline(page, context, student(13));
  await next.goto(path);
  await expect(next.getByRole('heading', { level: 2, name: title })).toBeVisible();
  // The key can be used and not be copied.
  const copied = await next.evaluate(async () => {
    const asked = indexedDB.open('own');
    const db = await new Promise<IDBDatabase>((resolve) => { asked.onsuccess = () => resolve(asked.result); });
    const rows = db.transaction('items').objectStore('items').getAll();
    const [own] = await new Promise<{ data: CryptoKey; sign: CryptoKey }[]>((resolve) => { rows.onsuccess = () => resolve(rows.result); });
    db.close();
    const copy = (key: CryptoKey | undefined): Promise<boolean> => crypto.subtle.exportKey('raw', key as CryptoKey).then(() => true, () => false);
    return [await copy(own?.data), await copy(own?.sign)];
  });
  expect(copied).toEqual([false, false]);
  await next.getByLabel('My answer').fill('From my own device.');
  await next.getByRole('button', { name: 'Hand in', exact: true }).click();
  await expect(next.getByText('On this tablet. It is handed in')).toBeVisible();
  await context.setOffline(false);
  await expect(next.locator('#waiting').getByText(/^Received \d\d:\d\d \(\w{3}-\w{3}-\w{3}\)$/)).toBeVisible();
  await signInOnOwn(next, student(13));
  await next.goto(path);
  await expect(next.getByText('From my own device.')).toBeVisible();
});

test('signing out of a device of one\'s own leaves nothing to read on it', async ({ page, context }) => {
  await signInOnOwn(page, student(14));
  expect(await everythingReadable(page)).toContain('database own');
  await offline(context);
  await page.goto('/home');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByText('Nobody is signed in.')).toBeVisible();
  const left = await everythingReadable(page);
  expect(left).not.toContain('database own');
  expect(left).not.toContain('database u:');
});

test('signing out of a device of one\'s own empties its other windows, also where the sign-in is from before', async ({ page, context }) => {
  const { path, title, next } = await closedAndOffline(page, context, student(12));
  const other = await context.newPage();
  for (const one of [next, other]) {
    await one.goto(path);
    await expect(one.getByRole('heading', { level: 2, name: title })).toBeVisible();
  }
  await next.getByRole('button', { name: 'Sign out' }).click();
  await expect(next.getByText('Nobody is signed in.')).toBeVisible();
  await expect(other.getByText('Nobody is signed in.')).toBeVisible();
  await expect(other.getByText(title)).toHaveCount(0);
});

test('a device of one\'s own keeps what is to be read while its sign-in lies idle, and forgets it when it is ended from elsewhere', async ({ page, context, browser }) => {
  await signInOnOwn(page, student(14));
  const next = await closeTheBrowser(page, context);
  const told = next.waitForResponse('**/offline/standing');
  await next.goto('/sign-in');
  expect(await (await told).json()).toEqual({ signed_in: false, forgotten: false, ended: false });
  const kept = await everythingReadable(next);
  expect(kept).toContain('database own');
  expect(kept).toContain('database u:');

  const elsewhere = await (await browser.newContext()).newPage();
  await signIn(elsewhere, student(14));
  await elsewhere.goto('/settings');
  await elsewhere.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await expect(elsewhere.getByText('You are signed out everywhere else.')).toBeVisible();
  await elsewhere.context().close();
  await next.goto('/sign-in');
  // A page that is being turned does not answer.
  const left = (): Promise<string> => everythingReadable(next).catch(() => 'database own');
  await expect.poll(left).not.toMatch(/database (own|u:)/);
});

test('a window that is open on a device of one\'s own closes itself when the sign-in is ended from elsewhere', async ({ page, browser }) => {
  await signInOnOwn(page, student(14));
  const elsewhere = await (await browser.newContext()).newPage();
  await signIn(elsewhere, student(14));
  await elsewhere.goto('/settings');
  await elsewhere.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await expect(elsewhere.getByText('You are signed out everywhere else.')).toBeVisible();
  await elsewhere.context().close();
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  expect(await everythingReadable(page)).not.toMatch(/database (own|u:)/);
});

test('a device that is forgotten in one window shows nothing in the others', async ({ page, context }) => {
  await signInOnOwn(page, student(14));
  const other = await context.newPage();
  await other.goto('/home');
  await expect(other).toHaveURL(/\/home$/);
  await page.goto('/settings');
  await page.getByText('Forget this device').click();
  await page.getByRole('button', { name: 'Forget it', exact: true }).click();
  await expect(page.getByText('This device has forgotten you.')).toBeVisible();
  await expect(other.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
});

test('a device is not forgotten before another window has sealed what was typed in it', async ({ page, context }) => {
  await signInOnOwn(page, student(12));
  const other = await context.newPage();
  await other.goto('/home');
  await openWork(other);
  await untilKept(other);
  await context.route('**/api/assignments/save-draft', (route) => route.abort());
  await context.route('**/outbox', (route) => route.abort());
  // Sealing takes as long as the test likes.
  await other.evaluate(() => {
    const { deriveBits } = SubtleCrypto.prototype;
    const mayGoOn = new Promise((goOn) => Object.assign(window, { goOn }));
    SubtleCrypto.prototype.deriveBits = async function wait(...given) {
      await mayGoOn;
      return deriveBits.apply(this, given);
    };
  });
  await page.goto('/settings');
  await page.getByText('Forget this device').click();
  await other.getByLabel('My answer').fill('Typed in the other window.');
  await page.getByRole('button', { name: 'Forget it', exact: true }).click();
  await expect(other.getByLabel('My answer')).toHaveCount(0);
  await other.evaluate(() => (window as unknown as { goOn(): void }).goOn());
  await expect(page.getByText('1 item was not sent yet and would be lost.')).toBeVisible();
  await context.unroute('**/outbox', undefined);
  await page.getByRole('button', { name: 'Forget it', exact: true }).click();
  await expect(page.getByText('This device has forgotten you.')).toBeVisible();
});

test('two quick presses do not forget what was not said to be lost', async ({ page, context }) => {
  await signInOnOwn(page, student(12));
  await openWork(page);
  await offline(context);
  await page.getByLabel('My answer').fill('Not sent yet.');
  await page.getByRole('button', { name: 'Save draft' }).click();
  await expect.poll(() => waiting(page)).toBe(1);
  await context.setOffline(false);
  await context.route('**/outbox', (route) => route.abort());
  await page.goto('/settings');
  await page.getByText('Forget this device').click();
  const forget = page.getByRole('button', { name: 'Forget it', exact: true });
  await forget.dblclick();
  await expect(page.getByText('1 item was not sent yet and would be lost.')).toBeVisible();
  expect(await waiting(page)).toBe(1);
  await context.unroute('**/outbox', undefined);
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await expect.poll(() => waiting(page)).toBe(0);
});

test('a first press that forgets nothing takes no photo from another window', async ({ page, context }) => {
  await signInOnOwn(page, student(12));
  const other = await context.newPage();
  await other.goto('/share');
  await other.evaluate(async () => {
    const asked = indexedDB.open('shared', 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore('items', { keyPath: 'id' });
    await new Promise((done) => { asked.onsuccess = done; });
    const transaction = asked.result.transaction('items', 'readwrite');
    transaction.objectStore('items').put({ id: 'a photo', at: Date.now() });
    await new Promise((done) => { transaction.oncomplete = done; });
    asked.result.close();
    sessionStorage.setItem('photo', `${'0'.repeat(64)} ${Date.now()}`);
  });
  await other.reload();
  await page.goto('/settings');
  await page.getByText('Forget this device').click();
  await page.getByRole('button', { name: 'Forget it', exact: true }).click();
  await expect(page.getByText('1 item was not sent yet and would be lost.')).toBeVisible();
  await expect(other).toHaveURL(/\/share$/);
  expect(await other.evaluate(() => sessionStorage.getItem('photo'))).toContain('0'.repeat(64));
});

test('a device that is forgotten without a network signs its person out, and says so', async ({ page, context }) => {
  await signInOnOwn(page, student(14));
  await page.goto('/settings');
  await offline(context);
  await page.getByText('Forget this device').click();
  await page.getByRole('button', { name: 'Forget it', exact: true }).click();
  await expect(page.getByText('Nobody is signed in.')).toBeVisible();
  await expect(page.getByText('This device has forgotten you, and you are signed out.')).toBeVisible();
  expect(await everythingReadable(page)).not.toMatch(/database (own|u:)/);
  await context.setOffline(false);
  await page.goto('/home');
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
});

test('a page that forgets its device says so also where another window is told meanwhile', async ({ page, context }) => {
  await signInOnOwn(page, student(14));
  const other = await context.newPage();
  await other.goto('/robots.txt');
  await page.goto('/settings');
  await page.evaluate(() => {
    const told = new BroadcastChannel('classimize');
    told.addEventListener('message', () => told.postMessage('heard'));
  });
  await context.route('**/settings/forget-device', async (route) => {
    await other.evaluate(() => new Promise((heard) => {
      const tells = new BroadcastChannel('classimize');
      tells.addEventListener('message', heard);
      tells.postMessage('lock');
    }));
    await route.continue();
  });
  await page.getByText('Forget this device').click();
  await page.getByRole('button', { name: 'Forget it', exact: true }).click();
  await expect(page.getByText('This device has forgotten you.')).toBeVisible();
});

test('whoever signs in next on a device of somebody\'s own finds nothing of theirs', async ({ page, context }) => {
  await signInOnOwn(page, student(14));
  const before = await everythingReadable(page);
  const [owner] = /u:\w+/.exec(before) ?? [];
  const next = await closeTheBrowser(page, context);
  await readyFor(next, student(15));
  await expect.poll(() => everythingReadable(next)).not.toContain(String(owner));
  expect(await everythingReadable(next)).not.toContain('database own');
});

test('a device that is forgotten in the settings is empty, and unsent work is not lost by one press', async ({ page, context }) => {
  await signInOnOwn(page, student(12));
  const path = await openWork(page);
  await context.route('**/outbox', (route) => route.abort());
  await offline(context);
  await page.goto(path);
  await page.getByLabel('My answer').fill('Not sent yet.');
  await page.getByRole('button', { name: 'Hand in', exact: true }).click();
  await expect(page.getByText('On this tablet. It is handed in')).toBeVisible();
  await context.setOffline(false);

  await page.goto('/settings');
  await page.getByText('Forget this device').click();
  await page.getByRole('button', { name: 'Forget it', exact: true }).click();
  await expect(page.getByText('1 item was not sent yet and would be lost.')).toBeVisible();
  expect(await waiting(page)).toBe(1);
  await context.unroute('**/outbox');
  await page.getByRole('button', { name: 'Forget it', exact: true }).click();
  await expect(page.getByText('This device has forgotten you.')).toBeVisible();
  const left = await page.evaluate(async () => ({
    databases: (await indexedDB.databases()).map(({ name }) => name).filter((name) => name !== 'outbox'),
    session: sessionStorage.length,
    local: localStorage.length,
  }));
  expect(left).toEqual({ databases: [], session: 0, local: 0 });
  const cookies = (await context.cookies()).map(({ name }) => name);
  expect(cookies).not.toContain('session');
  expect(cookies).not.toContain('school');
  // It was sent on the way, and not lost.
  await signIn(page, student(12));
  await page.goto(path);
  await expect(page.getByText('Not sent yet.')).toBeVisible();
});

test('a tablet that the school ends forgets what it keeps at its next contact, and sends what is sealed first', async ({ page, context, browser }) => {
  await onSharedTablet(page, browser, 'Tablet that is lost');
  const path = await openWork(page);
  await context.route('**/outbox', (route) => route.abort());
  await offline(context);
  await page.goto(path);
  await page.getByLabel('My answer').fill('Written on a tablet that was lost.');
  await page.getByRole('button', { name: 'Hand in', exact: true }).click();
  await expect(page.getByText('On this tablet. It is handed in')).toBeVisible();

  await forgetAtSchool(browser, 'Tablet that is lost');

  // The network is back, and nobody touches the tablet.
  await context.setOffline(false);
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await expect(page.getByRole('heading', { level: 1, name: 'Badges do not work here' })).toBeVisible();
  const left = await everythingReadable(page);
  expect(left).not.toContain('database u:');
  expect(await page.evaluate(() => caches.keys())).toEqual([]);
  expect(await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name))).toContain('outbox');

  // What is sealed is sent, and then the rest goes too.
  await context.unroute('**/outbox');
  // Whatever anybody ever kept there goes; the worker may be registered anew by the page that stands there.
  await page.evaluate(() => localStorage.setItem('kept by an earlier version', 'yes'));
  await page.goto('/badge');
  await expect.poll(async () => (await context.cookies()).map(({ name }) => name)).not.toContain('enrolment');
  await expect.poll(() => page.evaluate(() => localStorage.length)).toBe(0);
  const home = await (await browser.newContext()).newPage();
  await signIn(home, accountOf('idris'));
  await home.goto(path);
  await expect(home.getByText('Written on a tablet that was lost.')).toBeVisible();
  await home.context().close();
});

test('a tablet that the school ends keeps what the school refused for a week, so that its owner can save it, and is forgotten then', async ({ page, context, browser }) => {
  await onSharedTablet(page, browser, 'Tablet with a refusal');
  await context.route('**/api/assignments/save-draft', (route) => route.abort());
  await context.route('**/outbox', (route) => route.fulfill({ status: 422, headers: { 'X-Outbox-Refused': 'yes' } }));
  await openWork(page);
  await page.getByLabel('My answer').fill('Refused, and then forgotten.');
  await expect(page.getByText('1 item needs you: the school did not take it.')).toBeVisible();
  await forgetAtSchool(browser, 'Tablet with a refusal');
  const cookies = async (): Promise<string[]> => (await context.cookies()).map(({ name }) => name);
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await expect(page.getByRole('heading', { level: 1, name: 'Badges do not work here' })).toBeVisible();
  expect(await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name))).toContain('outbox');
  expect(await cookies()).toContain('enrolment');
  await context.addInitScript((later) => {
    const now = Date.now;
    Date.now = () => now() + later;
  }, 8 * 24 * 60 * 60 * 1000);
  await page.goto('/badge');
  await expect.poll(cookies).not.toContain('enrolment');
});

test('a tablet that a class shares locks itself also where it is full, and says that the last words are not kept', async ({ page, context, browser }) => {
  await full(context);
  await page.clock.install();
  await onSharedTablet(page, browser, 'Tablet that is full');
  await context.route('**/api/assignments/save-draft', (route) => route.abort());
  await context.route('**/healthz', (route) => route.abort());
  await openWork(page);
  await page.getByLabel('My answer').fill('Nobody reads this next.');
  await page.clock.fastForward(11 * 60 * 1000);
  await expect(page.getByRole('heading', { level: 1, name: 'Hold up your badge' })).toBeVisible();
  await expect(page.getByText('There was no room left on this tablet for what was done last.')).toBeVisible();
  await expect(page.getByText('Nobody reads this next.')).toHaveCount(0);
});
