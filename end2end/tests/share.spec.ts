// A photo that another app gives to ours becomes a part of the work that is chosen for it:
// with a network or without, signed in or not yet.
import { expect, type Page, test } from '@playwright/test';
import { type Account, studentAt } from '../fixtures/accounts.js';
import { fillSignIn } from '../fixtures/doors.js';
import { axeFindings } from '../fixtures/looks.js';
import { everythingReadable, offline, readyFor } from '../fixtures/offline.js';

/** Students of one demo school; no other story hands in as the last of them. */
const student = (at: number): Account => studentAt('BRACK', at);

/** What the system does when a photo is shared: a form is posted to the app's own address. */
async function shareAPhoto(page: Page, name: string): Promise<void> {
  await page.evaluate((called) => {
    const form = Object.assign(document.createElement('form'), { method: 'post', action: '/share', enctype: 'multipart/form-data' });
    const field = Object.assign(document.createElement('input'), { type: 'file', name: 'files' });
    const held = new DataTransfer();
    held.items.add(new File(['the bytes of a photo'], called, { type: 'image/jpeg' }));
    field.files = held.files;
    form.append(field);
    document.body.append(form);
    HTMLFormElement.prototype.submit.call(form);
  }, name);
  await page.waitForURL(/\/share|\/sign-in/);
}

/** What lies in the field for files. */
async function chosen(page: Page): Promise<string[]> {
  return page.getByLabel('Photos and files').evaluate((field) => Array.from((field as HTMLInputElement).files ?? [], ({ name }) => name));
}

test('a photo that is shared becomes a part of the draft that is chosen', async ({ page }) => {
  await readyFor(page, student(15));
  await shareAPhoto(page, 'volcano.jpg');
  await expect.poll(() => chosen(page)).toEqual(['volcano.jpg']);
  expect(new URL(page.url()).hash).toBe('');
  expect(await everythingReadable(page)).not.toContain('the bytes of a photo');
  expect(await axeFindings(page)).toEqual([]);
  await page.getByRole('button', { name: /^Add to / }).first().click();
  await expect(page).toHaveURL(/\/assignments\/[0-9a-f-]+\?done=/);
  await expect(page.getByRole('link', { name: 'volcano.jpg' })).toBeVisible();
  await expect.poll(() => everythingReadable(page)).not.toContain('database shared');
});

test('a photo that is shared without a network is sealed with the draft, and arrives', async ({ page, context }) => {
  await readyFor(page, student(15));
  await offline(context);
  await shareAPhoto(page, 'rocks.jpg');
  await expect(page.getByRole('heading', { name: 'Which work is the photo for?' })).toBeVisible();
  expect(await axeFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Add the photo' }).first().click();
  await expect(page.getByText('The photo lies with your draft')).toBeVisible();
  // Newer words do not push the photo out.
  await page.getByLabel('My answer').fill('Found by the sea.');
  await expect(page.locator('#said')).toHaveText('On this tablet.');
  const path = new URL(page.url()).pathname;
  await context.setOffline(false);
  await expect(page.locator('#waiting').getByText(/^Received/)).toHaveCount(2);
  await page.goto(path);
  await expect(page.getByRole('link', { name: 'rocks.jpg' })).toBeVisible();
  await expect(page.getByLabel('My answer')).toHaveValue('Found by the sea.');
});

test('a photo that is shared before somebody signs in waits for them, and for nobody else', async ({ page, context }) => {
  await page.goto('/sign-in');
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  await page.reload();
  await shareAPhoto(page, 'fern.jpg');
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  // Another window of this browser has no key to it.
  const other = await context.newPage();
  await other.goto('/sign-in');
  expect(await everythingReadable(other)).not.toContain('the bytes of a photo');
  await fillSignIn(page, student(15));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Add a photo' })).toBeVisible();
  await expect.poll(() => chosen(page)).toEqual(['fern.jpg']);
  // And it waits on every page, until its work is chosen or its student signs out.
  await page.goto('/home');
  await expect(page.getByRole('link', { name: 'A photo waits: choose its work' })).toBeVisible();
  await page.getByRole('button', { name: 'Sign out', exact: true }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  expect(await everythingReadable(page)).not.toContain('database shared');
});
