// Forms that are not work: what becomes of them where the network is slow or gone, or the
// browser old. Nothing of them is kept on a tablet, so they stay where they are, or are sent again.
import { expect, test } from '@playwright/test';
import { accountOf, studentAt } from '../fixtures/accounts.js';
import { signIn } from '../fixtures/doors.js';
import { axeFindings } from '../fixtures/looks.js';
import { offline, readyFor, setWork } from '../fixtures/offline.js';

test('a browser of 2021 sends forms, keeps a draft and signs in again', async ({ page, context }) => {
  await context.addInitScript(() => {
    Reflect.deleteProperty(AbortSignal, 'timeout');
    Reflect.deleteProperty(HTMLFormElement.prototype, 'requestSubmit');
  });
  const path = await setWork('An old tablet');
  await readyFor(page, studentAt('BRACK', 2));
  await page.goto(path);
  await page.getByLabel('My answer').fill('Written on an old tablet.');
  await page.getByRole('button', { name: 'Save draft' }).click();
  await expect(page).toHaveURL(/done=/);
  await page.goto('/settings/reading');
  await page.getByRole('button', { name: 'Keep', exact: true }).click();
  await expect(page).toHaveURL(/done=/);
  await page.getByRole('button', { name: 'Sign out', exact: true }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  await signIn(page, studentAt('BRACK', 2));
  await expect(page).toHaveURL(/\/home$/);
});

test('a form that is pressed twice while the network is slow is sent once', async ({ page, context }) => {
  await readyFor(page, studentAt('BRACK', 6));
  await page.goto('/settings/reading');
  let asked = 0;
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => { letGo = resolve; });
  await context.route('**/healthz', async (route) => {
    asked += 1;
    await held;
    await route.continue();
  });
  let sent = 0;
  await context.route('**/settings/reading', (route) => {
    sent += Number(route.request().method() === 'POST');
    return route.continue();
  });
  const keep = page.getByRole('button', { name: 'Keep', exact: true });
  await keep.click();
  await keep.click();
  await expect.poll(() => asked).toBeGreaterThan(0);
  letGo();
  await expect(page).toHaveURL(/done=/);
  expect(sent).toBe(1);
});

test('any other form of a student that finds no network stays as it is', async ({ page, context }) => {
  await readyFor(page, studentAt('BRACK', 6));
  await page.goto('/report');
  await offline(context);
  const words = page.getByLabel('What happened?');
  await words.fill('Somebody is unkind to me every day.');
  await page.getByLabel('What is it about?').selectOption({ index: 1 });
  await page.getByRole('button', { name: 'Send it' }).click();
  await expect(page.getByText('There is no network. Nothing was sent; what you wrote is still here.')).toBeVisible();
  await expect(words).toHaveValue('Somebody is unkind to me every day.');
  await expect(page).toHaveURL(/\/report$/);
  // Nothing holds it back once there is a network; what it asks for is refused, so that nobody is told.
  await words.fill('');
  await context.setOffline(false);
  await page.getByRole('button', { name: 'Send it' }).click();
  await expect(page.locator('#errors')).toBeVisible();
});

test('a teacher is asked before half-written work is left, and not once it is sent or is as it came', async ({ page }) => {
  const asked: string[] = [];
  page.on('dialog', (dialog) => {
    asked.push(dialog.type());
    return dialog.accept();
  });
  await signIn(page, accountOf('i.achterberg'));
  await page.goto('/classrooms');
  await page.getByRole('link', { name: '10B Maths', exact: true }).click();
  const form = (await page.getByRole('link', { name: 'Set work' }).getAttribute('href')) ?? '';
  const title = page.getByLabel('Title');
  // A browser asks only on behalf of a page that somebody has touched.
  const write = async (words: string): Promise<void> => {
    await page.goto(form);
    await title.click();
    await page.keyboard.type(words);
  };
  await write('Half a title');
  await title.fill('');
  await page.goto('/home');
  expect(asked).toEqual([]);
  await write('Half a title');
  await page.goto('/home');
  expect(asked).toEqual(['beforeunload']);
  await write('A whole title');
  // What came back is nowhere else.
  await page.getByLabel('Points').fill('many');
  await page.getByRole('button', { name: 'Save as draft' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await title.click();
  await page.goto('/home');
  expect(asked).toEqual(['beforeunload', 'beforeunload']);
  await write('A whole title');
  await page.getByRole('button', { name: 'Save as draft' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'A whole title' })).toBeVisible();
  expect(asked).toEqual(['beforeunload', 'beforeunload']);
});

test('a form of a teacher that finds no network can be sent again, and is not said to have been lost', async ({ page, context }) => {
  await signIn(page, accountOf('i.achterberg'));
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  await page.reload();
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  await page.goto('/settings/reading');
  await offline(context);
  await page.getByRole('button', { name: 'Keep', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'There is no network' })).toBeVisible();
  expect(await axeFindings(page)).toEqual([]);
  await context.setOffline(false);
  await expect(page.getByText('What you wrote may not have arrived.')).toBeVisible();
  const again = page.waitForRequest((request) => request.isNavigationRequest());
  await page.getByRole('button', { name: 'Send it again' }).click();
  expect((await again).method()).toBe('POST');
  await expect(page.getByRole('heading', { level: 1, name: 'Reading' })).toBeVisible();
});

test('back to a form that was refused says nothing of the network, and leads to the form or sends it once more', async ({ page }) => {
  await signIn(page, accountOf('i.achterberg'));
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  await page.reload();
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  await page.goto('/classrooms');
  await page.getByRole('link', { name: '10B Maths', exact: true }).click();
  await page.getByRole('link', { name: 'Set work' }).click();
  await page.getByLabel('Title').fill('Refused at first');
  await page.getByLabel('Points', { exact: true }).fill('abc');
  await page.getByRole('button', { name: 'Publish now' }).click();
  await expect(page.locator('#errors')).toBeVisible();
  await page.getByLabel('Points', { exact: true }).fill('10');
  await page.getByRole('button', { name: 'Publish now' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Refused at first' })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1, name: 'Open the form again' })).toBeVisible();
  await expect(page.getByText('no network')).toHaveCount(0);
  expect(await axeFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Send it again' }).click();
  await expect(page.getByLabel('Points', { exact: true })).toHaveValue('abc');
  await page.goto('/home');
  await page.goBack();
  await page.getByRole('link', { name: 'Open the form' }).click();
  await expect(page.getByLabel('Title')).toHaveValue('');
});

test('a student who goes back to a hand-in that was refused is on the page of the work, with their words', async ({ page }) => {
  const path = await setWork('Empty at first');
  await readyFor(page, studentAt('BRACK', 2));
  await page.goto(path);
  await page.getByRole('button', { name: 'Hand in', exact: true }).click();
  await expect(page.locator('#errors')).toBeVisible();
  await page.getByLabel('My answer').fill('Now with words.');
  await page.getByRole('button', { name: 'Save draft' }).click();
  await expect(page).toHaveURL(/done=/);
  await page.goBack();
  await expect(page.getByLabel('My answer')).toHaveValue('Now with words.');
  await expect(page).toHaveURL(new RegExp(`${path}$`));
});

test('a teacher signs out without a network, from their page or from the one without a network, and is signed out', async ({ page, context }) => {
  const signedOut = async (words: string): Promise<void> => {
    await expect(page.getByText(words)).toBeVisible();
    expect((await context.cookies()).map(({ name }) => name)).not.toContain('sk');
    await context.setOffline(false);
    await page.goto('/home');
    await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  };
  await signIn(page, accountOf('i.achterberg'));
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  await page.reload();
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  await offline(context);
  await page.getByRole('button', { name: 'Sign out', exact: true }).first().click();
  await signedOut('Signed out. Nobody is signed in.');
  await signIn(page, accountOf('i.achterberg'));
  await offline(context);
  await page.goto('/home');
  await expect(page.getByText('You are signed in, but nothing is kept here to read without a network.')).toBeVisible();
  expect(await axeFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await signedOut('Nobody is signed in.');
});
