// A tablet of the primary school is set up, and two young students sign in on it by badge
// one after the other: no typing of names or passwords.
import { expect, test } from '@playwright/test';
import { badgesOf, setUp, tap } from '../fixtures/badges.js';

test('two young students sign in by badge on a tablet that the office set up', async ({ browser, page }) => {
  const [first, second] = await badgesOf(browser, ['Anouk', 'Ben']);
  await setUp(page, 'Tablet 1');

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
