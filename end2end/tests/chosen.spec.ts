// What was chosen or typed and not sent: photos, the last words before somebody signs out, and
// what the next student at the same tablet finds of it.
import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { type Account, studentAt } from '../fixtures/accounts.js';
import { fillSignIn, signIn } from '../fixtures/doors.js';
import { everythingReadable, full, offline, openWork, readyFor, toRead, untilKept, waiting } from '../fixtures/offline.js';

/** Students of one demo school, each test with its own: what one hands in is not the other's to find. */
const student = (at: number): Account => studentAt('BRACK', at);

const photo = (name: string): { name: string; mimeType: string; buffer: Buffer } =>
  ({ name, mimeType: 'image/png', buffer: Buffer.from(`the bytes of ${name}`) });

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

/** Two tabs of one browser: in the second the door stood open before somebody signed in in the first, who opens work that
 * the whole class can hand in. */
async function twoTabs(page: Page, context: BrowserContext, first: Account): Promise<{ path: string; door: Page }> {
  const door = await context.newPage();
  await door.goto('/sign-in');
  await readyFor(page, first);
  await page.getByRole('main').getByRole('link', { name: 'Reading: chapters 4 and 5', exact: true }).click();
  await expect(page.getByLabel('My answer')).toBeVisible();
  return { path: new URL(page.url()).pathname, door };
}

async function signInAt(door: Page, who: Account): Promise<void> {
  await fillSignIn(door, who);
  await door.getByRole('button', { name: 'Sign in' }).click();
  await expect(door).toHaveURL(/\/home$/);
}

test('when the next student signs in in another tab, the page of the one before goes, and what was chosen in it is theirs', async ({ page, context }) => {
  const [first, second] = [student(5), student(4)];
  const { path, door } = await twoTabs(page, context, first);
  await page.locator('input[type=file][name=files]').setInputFiles(photo('lichen.png'));
  await signInAt(door, second);
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  expect(await page.evaluate(() => sessionStorage.getItem('offline')), 'the ticket of the first').toBeNull();
  await expect(door).toHaveURL(/\/home$/);
  await expect.poll(() => waiting(door)).toBe(0);
  await door.goto(path);
  await expect(door.getByRole('link', { name: 'lichen.png' })).toHaveCount(0);
  await signIn(page, first);
  await page.goto(path);
  await expect(page.getByRole('link', { name: 'lichen.png' })).toBeVisible();
});

/** No tab hears of another, nor does a page look by itself every few seconds. */
async function nobodyTells(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    Object.assign(window, { BroadcastChannel: class extends EventTarget { postMessage(): void { /* nobody hears it */ } } });
    const repeat = window.setInterval.bind(window);
    Object.assign(window, { setInterval: (work: () => void, ms: number) => (ms === 5_000 ? 0 : repeat(work, ms)) });
  });
}

test('whoever presses "Hand in" in a tab from before they signed in again is told that it was not handed in', async ({ page, context }) => {
  await nobodyTells(context);
  const { path, door } = await twoTabs(page, context, student(5));
  await page.getByLabel('My answer').fill('Pressed in the older tab.');
  await expect(page.locator('#text-state')).toHaveText(/^Saved .*\d\d:\d\d/);
  await signInAt(door, student(5));
  await page.getByRole('button', { name: /^Hand in/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  await expect(page.getByText('Your work is kept as a draft. It was not handed in.')).toBeVisible();
  await door.goto(path);
  await expect(door.getByLabel('My answer')).toHaveValue('Pressed in the older tab.');
});

test('the page of the student before that goes on a full tablet leaves the next one what they keep to read', async ({ page, context }) => {
  await nobodyTells(context);
  await full(context);
  const { door } = await twoTabs(page, context, student(5));
  await signInAt(door, student(8));
  await untilKept(door);
  await context.route('**/api/assignments/save-draft', (route) => route.abort());
  await context.route('**/healthz', (route) => route.abort());
  await page.getByLabel('My answer').fill('There is no room for this.');
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  expect(await toRead(door, 'list')).not.toBeNull();
});

test('words that are typed in a page of the student before are never the next one\'s, also where no tab tells the other', async ({ page, context }) => {
  await nobodyTells(context);
  // Here the second only looks; with work that they have not handed in, as in refused.spec.
  const [first, second] = [student(5), student(8)];
  const { path, door } = await twoTabs(page, context, first);
  await signInAt(door, second);
  await page.getByLabel('My answer').fill('Typed in the page of the first.');
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  await expect.poll(() => waiting(door)).toBe(0);
  await door.goto(path);
  await expect(door.getByLabel('My answer')).not.toHaveValue('Typed in the page of the first.');
  await expect(door.getByText('Typed in the page of the first.')).toHaveCount(0);
  // The first student's own draft has them.
  await signIn(page, first);
  await page.goto(path);
  await expect(page.getByLabel('My answer')).toHaveValue('Typed in the page of the first.');
});

test('a page that goes takes nothing away of whoever signed in in the same window since', async ({ page }) => {
  await readyFor(page, student(11));
  await page.evaluate(() => {
    const theirs = { ...(JSON.parse(String(sessionStorage.getItem('offline'))) as object), sk: 'abc' };
    sessionStorage.setItem('offline', JSON.stringify(theirs));
    document.cookie = 'sk=abc; Path=/; SameSite=Lax';
    // As where the browser shows the page of the one before again.
    window.dispatchEvent(new Event('focus'));
  });
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  expect(await page.evaluate(() => sessionStorage.getItem('offline'))).toContain('"sk":"abc"');
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

test('a photo that is chosen without a network is sealed at once, with the words beside it', async ({ page, context }) => {
  await readyFor(page, student(5));
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
  await readyFor(page, student(5));
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

test('files that are too large for the tablet are not taken for safe when somebody signs out, and nothing else goes for them', async ({ page, context }) => {
  await readyFor(page, student(11));
  await openWork(page);
  await offline(context);
  await page.locator('input[type=file][name=files]').setInputFiles({ ...photo('film.png'), buffer: Buffer.alloc(12 * 1024 * 1024) });
  const pressSignOut = (): Promise<void> => page.getByRole('button', { name: 'Sign out', exact: true }).first().click();
  await pressSignOut();
  const tooLarge = page.getByText('Photos and files of more than 12 MB together are not kept on this tablet.');
  await expect(tooLarge).toHaveText(/Press again to go on all the same\.$/);
  expect(await toRead(page, 'list')).not.toBeNull();
  await pressSignOut();
  await expect(page.getByText('Nobody is signed in.')).toBeVisible();
  await expect(tooLarge).toBeVisible();
  await expect(page.getByText('There was no room left')).toHaveCount(0);
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

test('what is written in two windows without a network waits twice, and both are found when it is back', async ({ page, context }) => {
  await readyFor(page, student(11));
  const path = await openWork(page);
  const tab = await context.newPage();
  await tab.goto(path);
  await untilKept(tab);
  await offline(context);
  for (const shell of [page, tab]) {
    await shell.goto(path);
    await expect(shell.getByLabel('My answer')).toBeVisible();
  }
  await page.getByLabel('My answer').fill('Said in the first window.');
  await expect(page.locator('#said')).toHaveText('On this tablet.');
  await tab.getByLabel('My answer').fill('Said in the second window.');
  await expect(tab.locator('#said')).toHaveText('On this tablet.');
  expect(await waiting(page)).toBe(2);
  // What a window wrote itself, or shows of another, gives way to newer words in it.
  await tab.getByLabel('My answer').fill('Said in the second window, and more.');
  await expect(tab.locator('#said')).toHaveText('On this tablet.');
  expect(await waiting(page)).toBe(2);
  await tab.goto(path);
  await expect(tab.getByLabel('My answer')).toHaveValue('Said in the second window, and more.');
  await tab.getByLabel('My answer').fill('Said in the second window, in other words.');
  await expect(tab.locator('#said')).toHaveText('On this tablet.');
  expect(await waiting(page)).toBe(2);
  await context.setOffline(false);
  await expect.poll(() => waiting(page)).toBe(0);
  await page.goto('/needs-you');
  await expect(page.getByText('Said in the second window, in other words.')).toBeVisible();
  await page.goto(path);
  await expect(page.getByLabel('My answer')).toHaveValue('Said in the first window.');
});
