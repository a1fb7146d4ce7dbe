// The journeys that a school cannot do without, with JavaScript switched off. Importing,
// handing in, marking and reading feedback are in the story, the doors in sign-in.
import { type Browser, expect, test } from '@playwright/test';
import { type Account, accountOf, studentAt } from '../fixtures/accounts.js';
import { askForCorrection, askTheGuardians } from '../fixtures/asking.js';
import { badgesOf, setUp } from '../fixtures/badges.js';
import { navigate, signIn } from '../fixtures/doors.js';
import { axeFindingsWithoutScripts } from '../fixtures/looks.js';
import { offline, readyFor, waiting } from '../fixtures/offline.js';

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
  await expect(asked.getByText('No', { exact: true })).toBeVisible();
  await asked.getByRole('button', { name: /^Take my no back/ }).click();
  await expect(asked.getByText('No answer yet')).toBeVisible();
  await asked.getByRole('link', { name: 'Receipt' }).click();
  await expect(page.getByRole('heading', { name: 'Receipt' })).toBeVisible();
});

test('a student goes on with what is due first and finds all work in one place without JavaScript', async ({ page }) => {
  await signIn(page, studentAt('BRACK', 0));
  const main = page.getByRole('main');
  const first = main.getByRole('link', { name: /^(Start|Go on with) / });
  const title = (await first.innerText()).replace(/^(Start|Go on with) /, '').trim();
  await navigate(page, 'Work');
  await expect(page.getByRole('heading', { level: 1, name: 'Work' })).toBeVisible();
  await expect(main.getByRole('link', { name: title, exact: true }).first()).toBeVisible();
  await main.getByRole('link', { name: 'Everything I handed in' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'What I handed in' })).toBeVisible();
  await page.goto('/home');
  await first.click();
  await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
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

test('what a tablet brought and could not put in its place is read and put away without JavaScript', async ({ browser, page }) => {
  const student = accountOf('ffion.p');
  await keptAside(browser, student, 'Fizzing, says the tablet.');
  await signIn(page, student);
  await page.getByRole('link', { name: 'See what it is' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Needs you' })).toBeVisible();
  const aside = page.getByRole('region').filter({ has: page.getByText('Fizzing, says the tablet.') });
  await expect(aside.getByLabel('What you wrote')).toHaveValue('Fizzing, says the tablet.');
  await expect(aside.getByText('Another device saved different words.')).toBeVisible();
  expect(await axeFindingsWithoutScripts(page)).toEqual([]);
  await aside.getByRole('button', { name: 'I have what I need' }).click();
  await expect(page.getByText('It is not shown any more.')).toBeVisible();
  await expect(page.getByText('Fizzing, says the tablet.')).toHaveCount(0);
});

test('where nothing waits, the tray and the page of the tablet say so without JavaScript', async ({ page }) => {
  await signIn(page, accountOf('poppy'));
  await page.goto('/needs-you');
  await expect(page.getByRole('heading', { name: 'Nothing waits for you' })).toBeVisible();
  await expect(page.getByText('What you wrote could not be put where it belongs')).toHaveCount(0);
  await page.getByRole('link', { name: 'What is on this tablet' }).click();
  // What stands in <noscript> is nothing to the finders of texts and roles.
  const inPlace = page.locator('#offline-workspace noscript');
  expect(await inPlace.innerText()).toContain('That takes JavaScript, which is switched off in this browser');
  expect(await axeFindingsWithoutScripts(page)).toEqual([]);
  await inPlace.locator('a').click();
  await expect(page).toHaveURL(/\/home$/);
});

test('a photo is added to work without JavaScript, and not without a photo', async ({ page }) => {
  await signIn(page, accountOf('callum.b'));
  await page.goto('/share');
  expect(await axeFindingsWithoutScripts(page)).toEqual([]);
  const add = page.getByRole('button', { name: 'Add to Macbeth: the dagger speech' });
  await add.click();
  await expect(page.getByRole('alert').getByText('Choose a photo or a file first')).toBeVisible();
  await page.goto('/share');
  await page.getByLabel('Photos and files').setInputFiles({ name: 'bean.png', mimeType: 'image/png', buffer: Buffer.from('a photo of a bean') });
  await add.click();
  await expect(page.getByRole('heading', { level: 1, name: 'Macbeth: the dagger speech' })).toBeVisible();
  await expect(page.getByText('Your draft is saved.')).toBeVisible();
  await expect(page.getByRole('link', { name: 'bean.png' })).toBeVisible();
});

/** Words that a tablet with scripts sealed, while others were saved for the same work. */
async function keptAside(browser: Browser, student: Account, words: string): Promise<void> {
  const context = await browser.newContext({ javaScriptEnabled: true });
  const page = await context.newPage();
  await context.route('**/outbox', (route) => route.abort());
  await readyFor(page, student);
  await page.getByRole('link', { name: 'Rates of reaction: write up the practical', exact: true }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'Rates of reaction: write up the practical' })).toBeVisible();
  const { pathname } = new URL(page.url());
  await offline(context);
  await page.goto(pathname);
  await page.getByLabel('My answer').fill(words);
  await expect(page.locator('#said')).toHaveText('On this tablet.');
  await context.setOffline(false);
  await page.goto(pathname);
  await page.getByLabel('My answer').pressSequentially('Bubbling, says the school.');
  await expect(page.locator('#text-state')).toHaveText(/^Saved .*\d\d:\d\d/);
  await context.unroute('**/outbox');
  await page.goto('/home');
  await expect.poll(() => waiting(page)).toBe(0);
  await context.close();
}
