// The journeys that a school cannot do without, with JavaScript switched off. Importing,
// handing in, marking and reading feedback are in the story, the doors in sign-in.
import { expect, test } from '@playwright/test';
import { accountOf } from '../fixtures/accounts.js';
import { askForCorrection, askTheGuardians } from '../fixtures/asking.js';
import { badgesOf, setUp } from '../fixtures/badges.js';
import { navigate, signIn } from '../fixtures/doors.js';

test('a guardian answers a consent request without JavaScript', async ({ page }) => {
  await askTheGuardians('A walk to the river, without scripts');
  await signIn(page, accountOf('petra.k'));
  await navigate(page, 'Account');
  await page.getByRole('link', { name: 'Your choices' }).click();
  const asked = page.getByRole('listitem').filter({ hasText: 'A walk to the river, without scripts' });
  await asked.getByRole('button', { name: /^Yes/ }).click();
  await expect(page.getByText('Your answer is written down.')).toBeVisible();
  await expect(asked.getByRole('button', { name: /^Yes/ })).toHaveAttribute('aria-pressed', 'true');
  await asked.getByRole('button', { name: /^No/ }).click();
  await expect(asked.getByText('Taken back')).toBeVisible();
  await asked.getByRole('link', { name: 'Receipt' }).click();
  await expect(page.getByRole('heading', { name: 'Receipt' })).toBeVisible();
});

test('a young student signs in by badge without JavaScript', async ({ browser, page }) => {
  await setUp(page, 'Tablet 3');
  const [badge] = await badgesOf(browser, ['Idris']);
  await page.goto('/badge');
  await page.getByLabel('Letters under the square').fill(badge.code);
  // Without a script the third picture sends nothing, and the page does not say so.
  await expect(page.getByRole('group', { name: 'Tap your three pictures', exact: true })).toBeVisible();
  for (const picture of badge.pictures) {
    await page.getByRole('checkbox', { name: picture, exact: true }).check();
  }
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page).toHaveURL(/\/home$/);
  await expect(page.getByText('Idris').first()).toBeVisible();
});

test('a lead closes a request without JavaScript', async ({ page }) => {
  await askForCorrection('ffion.p', 'My telephone number is wrong.');
  await signIn(page, accountOf('e.bellweather'));
  await navigate(page, 'Requests');
  await page.getByRole('link', { name: /^Correction: Ffion/ }).first().click();
  await expect(page.getByText('My telephone number is wrong.')).toBeVisible();
  await page.getByLabel('Words for who asked').fill('It is put right. Thank you.');
  await page.getByRole('button', { name: 'It is done' }).click();
  await expect(page.getByText('Over', { exact: true })).toBeVisible();
});
