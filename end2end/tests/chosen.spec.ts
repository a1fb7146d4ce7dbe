// What was chosen or typed and not sent: photos, the last words before somebody signs out, and
// what the next student at the same tablet finds of it.
import { expect, test } from '@playwright/test';
import { type Account, studentAt } from '../fixtures/accounts.js';
import { signIn } from '../fixtures/doors.js';
import { everythingReadable, offline, openWork, readyFor, untilKept, waiting } from '../fixtures/offline.js';

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
