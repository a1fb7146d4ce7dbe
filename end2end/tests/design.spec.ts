// The gallery of parts in every theme, on a phone and on a desk: each section is
// photographed into the report, and each is held to the rules that pages are held to.
import { expect, type Page, test } from '@playwright/test';
import { weakWords } from '../fixtures/contrast.js';
import { axeFindings, sidewaysScroll, smallTargets, watch } from '../fixtures/looks.js';

const THEMES = ['light', 'dark', 'cream', 'contrast'] as const;
const WIDTHS = [390, 1280] as const;
/** So many there are at least. That each part is among them is held by app/src/design/tests.rs. */
const FEWEST_SECTIONS = 25;

for (const theme of THEMES) {
  for (const width of WIDTHS) {
    test(`every part looks right in the ${theme} theme at ${width} px`, async ({ page }, info) => {
      await dress(page, theme, width);
      const complaints = await watch(page);
      await page.goto('/design');
      await unfoldAll(page);
      expect(await faults(page)).toEqual([]);
      expect(await complaints()).toEqual([]);

      const sections = page.locator('main > section.spread');
      expect(await sections.count()).toBeGreaterThanOrEqual(FEWEST_SECTIONS);
      for (const section of await sections.all()) {
        const name = await section.locator('h2').first().innerText();
        const path = info.outputPath(`${name.toLowerCase().replaceAll(' ', '-')}.png`);
        const picture = await section.screenshot({ animations: 'disabled', path });
        expect(picture.byteLength, `${name} is more than an empty picture`).toBeGreaterThan(500);
        await info.attach(`${name}, ${theme}, ${width} px`, { path, contentType: 'image/png' });
      }
    });
  }
}

test('every part keeps to forced colours', async ({ page }) => {
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
  await page.goto('/design');
  await unfoldAll(page);
  expect([...(await sidewaysScroll(page)), ...(await smallTargets(page))]).toEqual([]);
  const sizes = await page.locator('.btn-main:visible').evaluateAll((buttons) =>
    buttons.map((button) => getComputedStyle(button).borderTopWidth),
  );
  expect(new Set(sizes), 'the main act is told by its edge').toEqual(new Set(['3px']));
});

test('a form that comes back shows every mistake and has the focus on them', async ({ page }) => {
  for (const theme of THEMES) {
    for (const width of WIDTHS) {
      await dress(page, theme, width);
      await page.goto('/design/form');
      expect(await faults(page), `${theme} at ${width} px`).toEqual([]);
      await expect(page.getByRole('alert')).toBeFocused();
    }
  }
  const summary = page.getByRole('alert');
  await expect(summary.getByRole('heading')).toHaveText('4 things to put right');
  await summary.getByRole('link', { name: 'Give the work a title' }).click();
  await expect(page.getByLabel('Title')).toBeFocused();
});

async function dress(page: Page, theme: string, width: number): Promise<void> {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.setViewportSize({ width, height: 900 });
  await page.context().addCookies([{ name: 'theme', value: theme, url: String(process.env.BASE_URL) }]);
}

async function unfoldAll(page: Page): Promise<void> {
  await page.locator('details').evaluateAll((all) => {
    for (const one of all) {
      (one as HTMLDetailsElement).open = true;
    }
  });
}

async function faults(page: Page): Promise<string[]> {
  return [
    ...(await axeFindings(page)),
    ...(await sidewaysScroll(page)),
    ...(await smallTargets(page)),
    ...(await weakWords(page, 'body')),
  ];
}
