// Pages that the browser makes ready before anybody presses: those that tell nothing of
// anybody alone, and never a page whose opening is written down as a look at somebody.
import { expect, type Page, test } from '@playwright/test';
import { accountWith, studentAt } from '../fixtures/accounts.js';
import { signIn } from '../fixtures/doors.js';
import { readyFor } from '../fixtures/offline.js';

/** The paths that the browser begins to make ready while something is done. */
async function madeReady(page: Page, act: () => Promise<void>): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  const paths: string[] = [];
  session.on('Preload.prerenderStatusUpdated', ({ key }) => paths.push(new URL(key.url).pathname));
  await session.send('Preload.enable');
  await act();
  await session.detach();
  return paths;
}

/** Points at a link and then follows it. */
async function follow(page: Page, href: string): Promise<void> {
  const link = page.locator(`main a[href*="${href}"], nav a[href="${href}"]`).first();
  await link.hover();
  await link.click();
  await page.waitForURL(`**${href}*`);
}

test('a page that somebody points at is made ready', async ({ page }) => {
  await signIn(page, accountWith('BRACK', 'teacher'));
  const paths = await madeReady(page, async () => {
    await page.goto('/home');
    await follow(page, '/classrooms');
  });
  expect(paths).toContain('/classrooms');
});

test('a page that shows whom it is about is opened by a click alone', async ({ page }) => {
  await signIn(page, accountWith('BRACK', 'teacher'));
  await page.goto('/marking');
  await page.locator('main a[href^="/assignments/"]').first().click();
  const paths = await madeReady(page, () => follow(page, '/submissions/'));
  expect(paths).toEqual([]);
  await page.context().clearCookies();
  await signIn(page, accountWith('BRACK', 'school_admin'));
  await page.goto('/people');
  const people = await madeReady(page, () => follow(page, '/people/'));
  expect(people.filter((path) => path.startsWith('/people/'))).toEqual([]);
});

test('a page that is made ready settles and locks nothing before somebody opens it', async ({ page, context }) => {
  await readyFor(page, studentAt('BRACK', 0));
  await context.addInitScript(() => {
    let isAhead = true;
    Object.defineProperty(document, 'prerendering', { get: () => isAhead });
    document.addEventListener('prerenderingchange', () => { isAhead = false; });
    // As it was copied: a form is on its way, and nobody has touched this window for long.
    sessionStorage.setItem('posted', 'an-item some-work');
    sessionStorage.setItem('touched', '1');
  });
  await page.clock.install();
  await page.goto('/home');
  const posted = (): Promise<string | null> => page.evaluate(() => sessionStorage.getItem('posted'));
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  // Longer than a page waits until it looks again.
  await page.clock.fastForward(20_000);
  expect(await posted()).toBe('an-item some-work');
  await expect(page).toHaveURL(/\/home$/);
  await page.evaluate(() => document.dispatchEvent(new Event('prerenderingchange')));
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
});
