// Privacy as people meet it: a guardian gives and withdraws a consent, a child finds "My
// data", and the data protection lead closes a request in time.
import { expect, type Page, test } from '@playwright/test';
import { accountOf } from '../fixtures/accounts.js';
import { signIn } from '../fixtures/doors.js';
import { axeFindings } from '../fixtures/looks.js';

test('a guardian gives a photo consent and takes it back', async ({ page }) => {
  await signIn(page, accountOf('petra.k'));
  await page.goto('/settings/privacy');
  const child = page.getByRole('region', { name: /^About (?!me)/ }).first();
  const photos = child.getByRole('listitem').filter({ hasText: 'Photos in public' });
  await photos.getByRole('button', { name: 'Yes' }).click();
  await expect(page.getByText('Your answer is written down.')).toBeVisible();
  await expect(photos.getByRole('button', { name: 'Yes' })).toHaveAttribute('aria-pressed', 'true');
  expect(await axeFindings(page)).toEqual([]);
  await photos.getByRole('button', { name: 'No' }).click();
  await expect(photos.getByText('Taken back')).toBeVisible();
  await photos.getByRole('link', { name: 'Receipt' }).click();
  await expect(page.getByRole('heading', { name: 'Receipt' })).toBeVisible();
  expect(await axeFindings(page)).toEqual([]);
});

test('a child finds my data in two clicks and fetches a copy', async ({ page }) => {
  await signIn(page, accountOf('anouk'));
  await page.getByRole('link', { name: 'Account', exact: true }).click();
  await page.getByRole('link', { name: 'My data' }).click();
  await expect(page.getByRole('heading', { name: 'My data' })).toBeVisible();
  await page.getByRole('link', { name: 'Get the copy' }).click();
  await expect(page.getByRole('heading', { name: 'A copy of everything about you' })).toBeVisible();
  expect(await axeFindings(page)).toEqual([]);
  await page.getByLabel('Your password').fill(accountOf('anouk').password);
  const fetched = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download' }).click();
  expect((await fetched).suggestedFilename()).toBe('data.zip');
  expect(await axeFindings(page)).toEqual([]);
});

test('a request is asked, led and closed in time', async ({ browser }) => {
  const guardian = await someone(browser, 'joel.t');
  await guardian.goto('/my-data');
  await guardian.getByLabel('What do you want?').selectOption('rectification');
  await guardian.getByLabel('What is it about?').fill('My family name is misspelt.');
  await guardian.getByRole('button', { name: 'Send' }).click();
  await expect(guardian.getByText('Sent. The school answers within 48 hours')).toBeVisible();

  const lead = await someone(browser, 'b.ashdown');
  await lead.goto('/school/privacy');
  await lead.getByRole('link', { name: /^Correction/ }).click();
  await expect(lead.getByText('My family name is misspelt.')).toBeVisible();
  expect(await axeFindings(lead)).toEqual([]);
  await lead.getByLabel('Words for who asked').fill('It is put right. Thank you.');
  await lead.getByRole('button', { name: 'It is done' }).click();
  await expect(lead.getByText('Over', { exact: true })).toBeVisible();

  await guardian.reload();
  await expect(guardian.getByText('Done', { exact: true })).toBeVisible();
  await guardian.context().close();
  await lead.context().close();
});

async function someone(browser: import('@playwright/test').Browser, username: string): Promise<Page> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await signIn(page, accountOf(username));
  return page;
}
