// Two tabs of one browser on pages of staff and guardians, which have no script for work
// without a network; those of students are in chosen.spec.
import { expect, test } from '@playwright/test';
import { accountOf } from '../fixtures/accounts.js';
import { enter, signInByRequest } from '../fixtures/doors.js';

for (const username of ['g.dhillon', 'petra.k']) {
  test(`when ${username} signs out in one tab, the other shows nothing any more`, async ({ page, context }) => {
    await enter(page, accountOf(username));
    const tab = await context.newPage();
    await tab.goto('/settings/reading');
    // What is chosen and not sent does not keep it there.
    await tab.getByRole('group', { name: 'Text size', exact: true }).getByLabel('Large', { exact: true }).check();
    await page.getByRole('button', { name: 'Sign out', exact: true }).first().click();
    await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
    await expect(tab).toHaveURL(/\/sign-in$/);
    await expect(tab.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  });
}

test('when somebody else signs in in one tab, the page of the one before goes', async ({ page, context }) => {
  await enter(page, accountOf('petra.k'));
  const tab = await context.newPage();
  await signInByRequest(context, accountOf('g.dhillon'));
  await tab.goto('/home');
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  await expect(tab).toHaveURL(/\/home$/);
});

test('a page whose sign-in ran out goes when it is looked at again, and not while something typed in it was not sent', async ({ page, context }) => {
  await enter(page, accountOf('petra.k'));
  const tab = await context.newPage();
  await tab.goto('/home');
  await page.goto('/my-data');
  await page.getByLabel('What is it about?').fill('My telephone number is wrong.');
  await context.clearCookies();
  for (const one of [page, tab]) {
    await one.evaluate(() => window.dispatchEvent(new Event('focus')));
  }
  await expect(tab).toHaveURL(/\/sign-in$/);
  await expect(page.getByLabel('What is it about?')).toHaveValue('My telephone number is wrong.');
});
