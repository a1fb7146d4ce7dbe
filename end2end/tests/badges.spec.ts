// A tablet of the primary school is set up, and two young students sign in on it by badge
// one after the other: no typing of names or passwords.
import { type Browser, expect, type Page, test } from '@playwright/test';
import { accountWith } from '../fixtures/accounts.js';
import { signIn } from '../fixtures/doors.js';

interface Badge {
  readonly code: string;
  readonly pictures: readonly string[];
}

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

test('two young students sign in by badge on a tablet that the office set up', async ({ browser, page }) => {
  await openAllDay(page);
  const [first, second] = await badgesOf(browser, ['Anouk', 'Ben']);

  await page.goto('/school/devices');
  await page.getByLabel('Name of the device').fill('Tablet 1');
  await page.getByRole('button', { name: 'Set it up' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Hold up your badge' })).toBeVisible();

  const began = Date.now();
  await page.goto(`/badge#${first.code.replaceAll('-', '')}`);
  await tap(page, first);
  await expect(page).toHaveURL(/\/home$/);
  expect(Date.now() - began).toBeLessThan(10_000);
  await expect(page.getByText('Anouk').first()).toBeVisible();

  await page.getByRole('button', { name: 'Sign out', exact: true }).first().click();
  await expect(page).toHaveURL(/\/badge$/);
  await page.getByLabel('Letters under the square').fill(second.code);
  await tap(page, second);
  await expect(page).toHaveURL(/\/home$/);
  await expect(page.getByText('Ben').first()).toBeVisible();
});

/** The third picture sends the form. */
async function tap(page: Page, badge: Badge): Promise<void> {
  for (const picture of badge.pictures) {
    await page.getByRole('checkbox', { name: picture, exact: true }).check();
  }
}

/** Badges work whenever this test runs. */
async function openAllDay(page: Page): Promise<void> {
  await signIn(page, accountWith('ALDER', 'school_admin'));
  await page.goto('/school/devices');
  await page.getByLabel('From', { exact: true }).fill('00:00');
  await page.getByLabel('Until', { exact: true }).fill('23:59');
  for (const day of DAYS) {
    await page.getByLabel(day, { exact: true }).check();
  }
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved.')).toBeVisible();
}

/** What the teacher prints: the codes from the cards, the pictures from the sheet. */
async function badgesOf(browser: Browser, names: readonly [string, string]): Promise<[Badge, Badge]> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await signIn(page, accountWith('ALDER', 'teacher'));
  await page.goto('/classrooms');
  await page.getByRole('link', { name: '3 Oak' }).click();
  await page.getByRole('link', { name: 'Badges', exact: true }).click();
  const address = page.url();
  const read = async (name: string): Promise<Badge> => {
    await page.goto(`${address}/print`);
    const card = page.locator('.badge-card').filter({ hasText: name });
    const code = await card.locator('.badge-code').innerText();
    await page.goto(`${address}/sheet`);
    const row = page.getByRole('listitem').filter({ hasText: name });
    const pictures = await row.locator('.picture-told').allInnerTexts();
    return { code: code.trim(), pictures: pictures.map((picture) => picture.trim()) };
  };
  const badges: [Badge, Badge] = [await read(names[0]), await read(names[1])];
  await context.close();
  return badges;
}
