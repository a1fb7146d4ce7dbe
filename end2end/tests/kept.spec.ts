// What is kept on a tablet to read without a network: set work with its files, and what
// came back.
import { expect, type Page, test } from '@playwright/test';
import { accountOf, studentAt } from '../fixtures/accounts.js';
import { signIn } from '../fixtures/doors.js';
import { axeFindings } from '../fixtures/looks.js';
import { offline, readyFor, untilKept } from '../fixtures/offline.js';

/** Larger than what a pack keeps of its own accord. */
const LARGE = Buffer.alloc(1024 * 1024 + 1, 'x');
const SMALL = Buffer.from('The pool fills twice a day.\n');

test('what came back is read without a network, with its mark and the words to it', async ({ page, context }) => {
  await readyFor(page, studentAt('BRACK', 0));
  const row = page.getByRole('region', { name: 'Back to you' }).getByRole('listitem').filter({ hasText: /Mark \d/ }).first();
  const [mark] = /Mark [\d.]+ of [\d.]+/.exec(await row.innerText()) ?? [];
  const link = row.getByRole('link').first();
  const title = await link.innerText();
  const path = new URL(await link.evaluate((found) => (found as HTMLAnchorElement).href)).pathname;
  await page.goto(path);
  const words = (await page.getByRole('region', { name: 'Feedback' }).locator('.prose').innerText()).trim();
  expect(words.length).toBeGreaterThan(10);
  await untilKept(page);
  await offline(context);
  await page.goto('/home');
  await page.getByRole('button', { name: title }).click();
  await expect(page.getByRole('heading', { name: 'Feedback' })).toBeVisible();
  await expect(page.getByText(String(mark), { exact: true })).toBeVisible();
  await expect(page.getByText(words)).toBeVisible();
  expect(await axeFindings(page)).toEqual([]);
});

test('the files of set work open without a network: small ones by themselves, a large one once it was saved', async ({ page, context, browser }) => {
  const path = await setWithFiles(await (await browser.newContext()).newPage());
  await readyFor(page, studentAt('BRACK', 0));
  await offline(context);
  await page.goto(path);
  expect(await opened(page, 'pool.txt')).toEqual(SMALL);
  await page.getByRole('button', { name: /^map\.pdf / }).click();
  await expect(page.getByRole('button', { name: 'map.pdf: not on this tablet' })).toBeVisible();

  await context.setOffline(false);
  await page.goto(path);
  await page.getByRole('button', { name: 'Save for offline' }).click();
  await expect(page.getByRole('button', { name: 'Saved on this tablet until you sign out' })).toBeVisible();
  await offline(context);
  await page.goto(path);
  expect(await opened(page, 'map.pdf')).toEqual(LARGE);
});

/** A file as it comes out of the tablet. */
async function opened(page: Page, name: string): Promise<Buffer> {
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: new RegExp(`^${name.replace('.', '\\.')} `) }).click();
  const stream = await (await coming).createReadStream();
  const parts: Buffer[] = [];
  for await (const part of stream) {
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts);
}

/** A teacher sets work with a small and a large file; its address. */
async function setWithFiles(page: Page): Promise<string> {
  await signIn(page, accountOf('i.achterberg'));
  await page.goto('/classrooms');
  await page.getByRole('link', { name: '10B Maths', exact: true }).click();
  await page.getByRole('link', { name: 'Set work' }).click();
  await page.getByLabel('Title').fill('Tide pools, with a map');
  await page.getByLabel(/^Files/).setInputFiles([
    { name: 'pool.txt', mimeType: 'text/plain', buffer: SMALL },
    { name: 'map.pdf', mimeType: 'application/pdf', buffer: LARGE },
  ]);
  await page.getByRole('button', { name: 'Publish now' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Tide pools, with a map' })).toBeVisible();
  const { pathname } = new URL(page.url());
  await page.context().close();
  return pathname;
}
