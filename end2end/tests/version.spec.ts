// A new version on pages that have no script for work without a network; those of students
// are in offline.spec.
import { expect, type Locator, type Page, test } from '@playwright/test';
import { accountOf } from '../fixtures/accounts.js';
import { signIn } from '../fixtures/doors.js';
import { axeFindings } from '../fixtures/looks.js';

for (const username of ['g.dhillon', 'gethin.g']) {
  test(`${username} is offered a new version, and never while something is chosen and not sent`, async ({ page }) => {
    await signIn(page, accountOf(username));
    await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
    await page.goto('/settings/reading');
    // Something was chosen already when the new version comes.
    await choose(page, 'Large');
    await bringNewer(page);
    await expect.poll(() => page.evaluate(async () => Boolean((await navigator.serviceWorker.getRegistration())?.waiting))).toBe(true);
    await expect(page.locator('#offline-bar')).toHaveCount(0);

    // The next page offers it, until something is chosen there.
    await page.goto('/settings/reading');
    const use = page.getByRole('button', { name: 'Use the new version' });
    await expect(use).toBeVisible();
    expect(await axeFindings(page)).toEqual([]);
    await choose(page, 'Larger');
    await expect(page.getByRole('button', { name: 'Use the new version, once this is sent' })).toBeDisabled();

    await page.goto('/home');
    await page.evaluate(() => Object.assign(window, { isSamePage: true }));
    await use.click();
    await page.waitForFunction(() => !('isSamePage' in window));
    await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller?.scriptURL)).toMatch(/\?newer$/);
    await expect(use).toHaveCount(0);
  });
}

test('a second tab turns to the new version too, where the first has brought it', async ({ page, context }) => {
  await signIn(page, accountOf('g.dhillon'));
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  await bringNewer(page);
  await expect.poll(() => page.evaluate(async () => Boolean((await navigator.serviceWorker.getRegistration())?.waiting))).toBe(true);
  const tab = await context.newPage();
  const useIn = (one: Page): Locator => one.getByRole('button', { name: 'Use the new version' });
  for (const one of [page, tab]) {
    await one.goto('/home');
    await expect(useIn(one)).toBeVisible();
  }
  await useIn(page).click();
  await expect.poll(() => tab.evaluate(() => navigator.serviceWorker.controller?.scriptURL)).toMatch(/\?newer$/);
  await tab.evaluate(() => Object.assign(window, { isSamePage: true }));
  await useIn(tab).click();
  await tab.waitForFunction(() => !('isSamePage' in window));
  await expect(useIn(tab)).toHaveCount(0);
});

async function choose(page: Page, size: string): Promise<void> {
  await page.getByRole('group', { name: 'Text size', exact: true }).getByLabel(size, { exact: true }).check();
}

/** A worker under another address is a newer one to the browser, as after an update. */
async function bringNewer(page: Page): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.register('/sw.js?newer', { updateViaCache: 'none' }));
}
