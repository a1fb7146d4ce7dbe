// The doors with scripts, and the keyboard alone.
import { expect, test } from '@playwright/test';
import { accountOf } from '../fixtures/accounts.js';
import { doorStories } from '../fixtures/doorStories.js';
import { Keyboard } from '../fixtures/keyboard.js';

test.describe('with scripts', () => {
  doorStories({ forgetful: 'callum.b', leaving: 'zainab.o' });
});

test('a student signs in and hands in with the keyboard alone', async ({ page }) => {
  const student = accountOf('jakub.w');
  const keyboard = await Keyboard.only(page);
  await page.goto('/sign-in');
  await keyboard.tabTo(page.getByLabel('School code', { exact: true }));
  await keyboard.type(student.school);
  await keyboard.tabTo(page.getByLabel('Username', { exact: true }));
  await keyboard.type(student.username);
  await keyboard.tabTo(page.getByLabel('Password', { exact: true }));
  await keyboard.type(student.password);
  await keyboard.press('Enter');
  await expect(page).toHaveURL(/\/home$/);

  await keyboard.tabTo(page.getByRole('link', { name: 'Reading: chapters 4 and 5', exact: true }));
  await keyboard.press('Enter');
  await keyboard.tabTo(page.getByLabel('My answer'));
  await keyboard.type('Why does nobody ask the captain?');
  await expect(page.getByRole('status')).toHaveText(/^Saved .*\d\d:\d\d/);
  await keyboard.tabTo(page.getByRole('button', { name: 'Hand in', exact: true }));
  await keyboard.press('Enter');
  await expect(page.getByText('Handed in. Your receipt is below.')).toBeVisible();
  await keyboard.expectNoPointer();
});
