// What came of work that was done without a network, as its student hears of it.
import { expect, test } from '@playwright/test';
import { studentAt } from '../fixtures/accounts.js';
import { signIn } from '../fixtures/doors.js';
import { axeFindings } from '../fixtures/looks.js';
import { offline, readyFor, setWork, waiting } from '../fixtures/offline.js';

/** Work that no other story of this student hands in. */
const WORK = 'Reading: chapters 4 and 5';

test('work of the sign-in before is received under the next one, and leads to its receipt', async ({ page, context }) => {
  const student = studentAt('BRACK', 2);
  await readyFor(page, student);
  await page.getByRole('link', { name: WORK, exact: true }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: WORK })).toBeVisible();
  await offline(context);
  await page.reload();
  await page.getByLabel('My answer').fill('Who rings the bell?');
  await page.getByRole('button', { name: 'Hand in', exact: true }).click();
  await expect(page.getByText('On this tablet. It is handed in as soon as')).toBeVisible();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByText('Nobody is signed in.')).toBeVisible();

  // It leaves only after the same student is signed in again, whose key opens no receipt of before.
  await context.route('**/outbox', (route) => route.abort());
  await context.setOffline(false);
  await signIn(page, student);
  await expect(page.getByText('1 item waits to be sent')).toBeVisible();
  await page.goto('/shell');
  await expect(page.locator('#waiting').getByText('On this tablet', { exact: true })).toBeVisible();
  await context.unroute('**/outbox', undefined);
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  const receipts = page.locator('#waiting').getByRole('link', { name: 'Received; see your receipts' });
  await expect(receipts).toBeVisible();
  expect(await axeFindings(page)).toEqual([]);
  await receipts.click();
  await expect(page.getByRole('heading', { level: 1, name: 'What I handed in' })).toBeVisible();
  await expect(page.getByText(WORK).first()).toBeVisible();
});

test('who goes on before the answer to a hand-in has settled it keeps the page that shows its receipt', async ({ page, context }) => {
  const path = await setWork('What floats');
  await readyFor(page, studentAt('BRACK', 8));
  await page.goto(path);
  await page.getByLabel('My answer').fill('Whatever weighs less than its water.');
  await context.addInitScript(() => {
    // The page that answers does nothing yet, as a slow one that somebody leaves at once.
    if (location.search.includes('done=')) {
      Object.defineProperty(document, 'prerendering', { get: () => true });
    }
    document.addEventListener('received', () => sessionStorage.setItem('was-received', 'yes'));
  });
  await page.getByRole('button', { name: /^Hand in/ }).click();
  await expect(page.getByText('Handed in. Your receipt is below.')).toBeVisible();
  await page.goto(path);
  await expect.poll(() => page.evaluate(() => sessionStorage.getItem('was-received'))).toBe('yes');
  await page.getByRole('button', { name: 'Save for offline' }).click();
  await expect(page.getByRole('button', { name: 'Saved on this tablet until you sign out' })).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`${path}$`));
  expect(await waiting(page)).toBe(0);
});
