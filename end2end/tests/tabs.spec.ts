// Two tabs of one browser on pages of staff and guardians, which have no script for work
// without a network; those of students are in chosen.spec.
import { expect, type Locator, type Page, test } from '@playwright/test';
import { accountOf } from '../fixtures/accounts.js';
import { enter, signInByRequest } from '../fixtures/doors.js';

const WORDS = 'My telephone number is wrong.';

/** Somebody's page on which something is typed and not sent. */
async function typing(page: Page, username: string): Promise<Locator> {
  await enter(page, accountOf(username));
  await page.goto('/my-data');
  const field = page.getByLabel('What is it about?');
  await field.fill(WORDS);
  return field;
}

/** The page may be gone by it, so it happens after this was answered. */
async function lookAgain(page: Page): Promise<void> {
  await page.evaluate(() => {
    setTimeout(() => window.dispatchEvent(new Event('focus')));
  });
}

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

test('when somebody else signs in in one tab, the page of the one before is theirs', async ({ page, context }) => {
  await enter(page, accountOf('petra.k'));
  await expect(page.getByRole('banner')).toContainText('Petra Kovac');
  const tab = await context.newPage();
  await signInByRequest(context, accountOf('g.dhillon'));
  await tab.goto('/home');
  await expect(page.getByRole('banner')).toContainText('Gurpreet Dhillon');
  await expect(page).toHaveURL(/\/home$/);
  await expect(tab).toHaveURL(/\/home$/);
});

test('when somebody else signs in, nothing is shown to them that the one before was typing', async ({ page, context }) => {
  const field = await typing(page, 'petra.k');
  await signInByRequest(context, accountOf('g.dhillon'));
  await lookAgain(page);
  await expect(page.getByRole('banner')).toContainText('Gurpreet Dhillon');
  await expect(field).not.toHaveValue(WORDS);
});

test('when nobody answers who it is that signed in, what was typed is shown to nobody until somebody does', async ({ page, context }) => {
  const field = await typing(page, 'petra.k');
  await signInByRequest(context, accountOf('g.dhillon'));
  await page.route('**/settings', (route) => route.abort());
  await lookAgain(page);
  await expect(field).toBeHidden();
  await expect(field).toHaveValue(WORDS);
  await page.unroute('**/settings');
  await lookAgain(page);
  await expect(page.getByRole('banner')).toContainText('Gurpreet Dhillon');
  await expect(field).not.toHaveValue(WORDS);
});

test('whoever signs in again finds what they were typing, and takes it away when they sign out', async ({ page, context }) => {
  const field = await typing(page, 'petra.k');
  const tab = await context.newPage();
  await context.clearCookies();
  await signInByRequest(context, accountOf('petra.k'));
  const asked = page.waitForResponse(/\/settings$/);
  await tab.goto('/home');
  await asked;
  await expect(field).toBeVisible();
  await expect(field).toHaveValue(WORDS);
  await lookAgain(page);
  await expect(field).toHaveValue(WORDS);
  await tab.getByRole('button', { name: 'Sign out', exact: true }).first().click();
  await expect(page).toHaveURL(/\/sign-in$/);
});

test('a page whose sign-in ran out goes when it is looked at again, and not while something typed in it was not sent', async ({ page, context }) => {
  const field = await typing(page, 'petra.k');
  const tab = await context.newPage();
  await tab.goto('/home');
  await context.clearCookies();
  for (const one of [page, tab]) {
    await lookAgain(one);
  }
  await expect(tab).toHaveURL(/\/sign-in\?next=%2Fhome$/);
  await expect(field).toHaveValue(WORDS);
});

for (const [way, path] of [['signs out', '/sign-out'], ['lets the device forget them', '/settings/forget-device']] as const) {
  test(`a teacher ${way} in a browser that keeps something for a student`, async ({ page }) => {
    await enter(page, accountOf('g.dhillon'));
    await page.evaluate(() => new Promise((done, fail) => {
      const asked = indexedDB.open('outbox', 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore('items', { keyPath: 'id' });
      asked.onerror = fail;
      asked.onsuccess = () => {
        asked.result.close();
        done(null);
      };
    }));
    await page.goto('/settings');
    await page.waitForFunction(() => 'classimize' in window);
    const sent = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith(path));
    if (path === '/sign-out') {
      await page.getByRole('button', { name: 'Sign out', exact: true }).first().click();
    } else {
      await page.getByText('Forget this device').click();
      await page.getByRole('button', { name: 'Forget it', exact: true }).click();
    }
    await sent;
    await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  });
}
