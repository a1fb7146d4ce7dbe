// Two teachers at one submission, with scripts.
import { expect, test } from '@playwright/test';
import { accountOf } from '../fixtures/accounts.js';
import { awake, noteWaking, signIn } from '../fixtures/doors.js';
import { twoTeachersMark } from '../fixtures/twoTeachers.js';

test('of two teachers who mark the same work the second is shown both', async ({ browser }) => {
  await twoTeachersMark(browser, 'Zainab Okafor-Reed', true);
});

test('a mark that is typed goes with the teacher to the next student', async ({ page }) => {
  await noteWaking(page.context());
  await signIn(page, accountOf('i.achterberg'));
  await page.goto('/marking');
  await page.getByRole('link', { name: /Quadratics/ }).first().click();
  await page.getByRole('link', { name: 'Haris Mahmood' }).click();
  await awake(page);
  await page.getByRole('textbox', { name: 'Mark' }).fill('11');
  await page.getByRole('link', { name: 'Next student' }).click();
  await expect(page.getByRole('heading', { name: 'Priya Nair' })).toBeFocused();
  await expect(page).toHaveTitle(/^Priya Nair/);
  await page.getByRole('link', { name: 'Previous student' }).click();
  await expect(page.getByRole('heading', { name: 'Haris Mahmood' })).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Mark' })).toHaveValue('11');
});
