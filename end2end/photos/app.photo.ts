// The pictures that a browser shows before somebody installs the app: pages of the demo
// school, written to public/screenshots. `cargo xtask photos` takes them anew.
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { accountOf, accountWith } from '../fixtures/accounts.js';
import { signIn } from '../fixtures/doors.js';

const folder = fileURLToPath(new URL('../../public/screenshots/', import.meta.url));

test('what a student has to do, on a laptop', async ({ page }) => {
  await page.setViewportSize({ width: 1024, height: 640 });
  await signIn(page, accountWith('BRACK', 'student'));
  await page.screenshot({ path: `${folder}wide.png` });
});

test('a piece of work, on a phone', async ({ page }) => {
  await page.setViewportSize({ width: 540, height: 960 });
  await signIn(page, accountOf('daria'));
  await page.getByRole('main').getByRole('link', { name: /Seeds/ }).first().click();
  await expect(page.getByLabel('My answer')).toBeVisible();
  await page.screenshot({ path: `${folder}narrow.png` });
});
