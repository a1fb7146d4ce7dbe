// The way to every page without a script, on a phone.
import { expect, test } from '@playwright/test';
import { accountWith } from '../fixtures/accounts.js';
import { enter, signInByRequest } from '../fixtures/doors.js';

for (const role of ['student', 'teacher', 'guardian', 'school_admin', 'data_protection_lead']) {
  test(`More leads a ${role.replaceAll('_', ' ')} everywhere without a script`, async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await enter(page, accountWith('BRACK', role));
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'More' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'All pages' })).toBeVisible();
    await page.getByRole('main').getByRole('link', { name: 'Who looked at my data' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Who looked at my data' })).toBeVisible();
    await page.getByRole('navigation', { name: 'Where you are' }).getByRole('link', { name: 'My data' }).click();
    await expect(page).toHaveURL(/\/my-data$/);
  });
}

test('without a script the header says nothing of what waits on the device', async ({ page }) => {
  await enter(page, accountWith('BRACK', 'student'));
  await expect(page.locator('#sync')).toHaveCount(1);
  await expect(page.locator('#sync')).toBeHidden();
});

test('a page is found by its words without a script', async ({ page }) => {
  await signInByRequest(page.context(), accountWith('BRACK', 'school_admin'));
  await page.goto('/more');
  const search = page.getByRole('search');
  await search.getByRole('searchbox', { name: 'What is it called?' }).fill('time zone');
  await search.getByRole('button', { name: 'Find' }).click();
  await expect(page.getByText('1 page found')).toBeVisible();
  await search.getByRole('searchbox').fill('no such words');
  await search.getByRole('button', { name: 'Find' }).click();
  await expect(page.getByRole('heading', { name: 'No page is called so' })).toBeVisible();
  await page.getByRole('link', { name: 'Show all pages' }).click();
  await expect(page).toHaveURL(/\/more$/);
});
