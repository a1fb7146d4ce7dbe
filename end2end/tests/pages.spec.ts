// Every page that the demo's people can reach by links: axe finds nothing, nothing
// scrolls sideways, no script or style is refused, no WASM where none is needed.
import { expect, test, type Page } from '@playwright/test';
import { account, signIn } from '../fixtures/accounts';
import { expectAccessible, expectFits } from '../fixtures/axe';

const PEOPLE = [
  ['BRACK', 'tomos.g'],
  ['BRACK', 'g.dhillon'],
  ['BRACK', 'rosa.k'],
  ['BRACK', 'd.lockyer'],
  ['BRACK', 'e.bellweather'],
  ['ALDER', 'anouk'],
  ['OPERATOR', 'operator'],
] as const;

const MOST_PAGES = 24;

/** One address of each kind: ids differ, pages do not. */
const kindOf = (path: string): string => path.replace(/[0-9a-f-]{36}/g, '{id}').replace(/[?#].*$/, '');

async function linksOn(page: Page): Promise<string[]> {
  const links = await page.locator('a[href^="/"]:not([download])').evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''));
  return links.filter((path) => !path.startsWith('/files/') && !path.endsWith('.csv'));
}

for (const [school, username] of PEOPLE) {
  for (const scheme of ['light', 'dark'] as const) {
    test(`every page of ${username} in ${school} is whole in ${scheme}`, async ({ browser }) => {
      test.setTimeout(150_000);
      const context = await browser.newContext({ colorScheme: scheme, viewport: { width: 1280, height: 900 } });
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => {
        const isAboutStatus = message.text().includes('Failed to load resource');
        if (message.type() === 'error' && !isAboutStatus) complaints.push(`${page.url()}: ${message.text()}`);
      });
      page.on('pageerror', (error) => complaints.push(`${page.url()}: ${String(error)}`));
      await signIn(page, account(school, username));
      const seen = new Set<string>();
      const waiting = ['/home'];
      while (waiting.length > 0 && seen.size < MOST_PAGES) {
        const path = waiting.shift() ?? '';
        if (seen.has(kindOf(path))) continue;
        seen.add(kindOf(path));
        const answer = await page.goto(path);
        expect(answer?.status(), path).toBe(200);
        await expect(page.locator('h1')).toHaveCount(1);
        await expectAccessible(page);
        for (const width of [390, 820, 1280]) {
          await page.setViewportSize({ width, height: 900 });
          await expectFits(page);
        }
        waiting.push(...(await linksOn(page)));
      }
      expect(complaints).toEqual([]);
      await context.close();
    });
  }
}

test('a page without an island loads no WASM', async ({ browser }) => {
  const page = await (await browser.newContext()).newPage();
  const loaded: string[] = [];
  page.on('request', (request) => loaded.push(request.url()));
  await page.goto('/sign-in');
  await signIn(page, account('BRACK', 'rosa.k'));
  await page.waitForLoadState('networkidle');
  expect(loaded.filter((url) => url.endsWith('.wasm'))).toEqual([]);
});

test('the chosen theme is right on the first byte', async ({ page }) => {
  await page.goto('/sign-in');
  await page.getByRole('button', { name: 'Dark' }).click();
  const answer = await page.goto('/sign-in');
  expect(await answer?.text()).toContain('data-theme="dark"');
  await expectAccessible(page);
});
