// The frame around the pages: a bar with four and More where thumbs are, a rail or a
// column where there is room, and a focus that nothing covers.
import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { accountWith, studentAt } from '../fixtures/accounts.js';
import { enter, signInByRequest } from '../fixtures/doors.js';
import { coveredStops } from '../fixtures/focus.js';
import { smallTargets } from '../fixtures/looks.js';
import { readyFor } from '../fixtures/offline.js';
import { findThingsOnce } from '../fixtures/things.js';

interface Shape {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly has: 'bar' | 'rail' | 'column';
}

const SHAPES: readonly Shape[] = [
  { name: 'a phone', width: 390, height: 844, has: 'bar' },
  { name: 'a tablet held upright', width: 820, height: 1180, has: 'bar' },
  { name: 'a tablet on its side', width: 1180, height: 820, has: 'rail' },
  { name: 'a desk', width: 1280, height: 900, has: 'column' },
];
const LONG_LISTS = ['student', 'guardian', 'school_admin', 'data_protection_lead'];

for (const role of LONG_LISTS) {
  test(`the navigation of a ${role.replaceAll('_', ' ')} has the shape that the screen asks for`, async ({ page }) => {
    await enter(page, accountWith('BRACK', role));
    for (const shape of SHAPES) {
      await page.setViewportSize({ width: shape.width, height: shape.height });
      await expectShape(page, shape);
    }
  });
}

const IN_A_PHONES_BAR: readonly (readonly [role: string, words: readonly string[]])[] = [
  ['student', ['Today', 'Work', 'Classes', 'My data']],
  ['teacher', ['Today', 'Marking', 'Classes', 'Account']],
  ['school_admin', ['Home', 'People', 'Classes', 'Import']],
  ['data_protection_lead', ['Requests', 'Records', 'Log', 'Retention']],
];

for (const [role, words] of IN_A_PHONES_BAR) {
  test(`the bar of a phone begins with what a ${role.replaceAll('_', ' ')} does daily`, async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await enter(page, accountWith('BRACK', role));
    expect(await wordsOfTheBar(page)).toEqual([...words, 'More']);
  });
}

test('where a header has little room the names give way whole, and words in the bar stay on one line', async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await readyFor(page, studentAt('BRACK', 0));
  await expect(page.locator('#sync')).toBeVisible();
  const school = page.locator('.brand span');
  const width = (): Promise<number> => school.evaluate((name) => name.getBoundingClientRect().width);
  expect(await width()).toBeLessThanOrEqual(1);
  const lines = await page.getByRole('navigation', { name: 'Main' }).getByRole('link').evaluateAll((links) =>
    links.flatMap((link) => [...link.childNodes]
      .filter((part) => part.nodeType === Node.TEXT_NODE)
      .map((part) => {
        const range = document.createRange();
        range.selectNodeContents(part);
        return new Set([...range.getClientRects()].map(({ top }) => top)).size;
      })));
  expect(Math.max(...lines)).toBe(1);
  await page.setViewportSize({ width: 640, height: 900 });
  await expect(page.locator('.me-name')).toBeHidden();
  expect(await width()).toBeGreaterThanOrEqual(64);
});

test('a lead comes back to the first page by way of More', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await signInByRequest(page.context(), accountWith('BRACK', 'data_protection_lead'));
  await page.goto('/more');
  await page.getByRole('main').getByRole('link', { name: 'Home', exact: true }).click();
  await expect(page).toHaveURL(/\/home$/);
});

test('More leads a phone to what its bar has no room for', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await enter(page, accountWith('BRACK', 'school_admin'));
  const bar = page.getByRole('navigation', { name: 'Main' });
  await bar.getByRole('link', { name: 'More' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'All pages' })).toBeVisible();
  await expect(bar.getByRole('link', { name: 'More' })).toHaveAttribute('aria-current', 'page');
  await page.getByRole('main').getByRole('link', { name: "The school's name and time zone" }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'The school' })).toBeVisible();
  await page.getByRole('navigation', { name: 'Where you are' }).getByRole('link', { name: 'All pages' }).click();
  await expect(page).toHaveURL(/\/more$/);
});

test('the first stop leads past the navigation, and nothing covers a stop', async ({ context }) => {
  test.setTimeout(120_000);
  const page = await signedIn(context, 'school_admin');
  for (const [width, height] of [[390, 844], [1280, 720]] as const) {
    await page.setViewportSize({ width, height });
    for (const path of ['/home', '/people', '/people/new', '/more', '/school/privacy']) {
      await page.goto(path);
      expect(await coveredStops(page), `${path} at ${width} px`).toEqual([]);
    }
  }
  await page.goto('/people');
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to the page' });
  await expect(skip).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
});

test('where a finger points, all that is pressed at the marking desk is large enough for it', async ({ browser }) => {
  test.setTimeout(120_000);
  const thingsOf = await findThingsOnce();
  const context = await browser.newContext({ hasTouch: true, isMobile: true, viewport: { width: 820, height: 1180 } });
  const page = await signedIn(context, 'teacher');
  await page.goto(`/submissions/${thingsOf('teacher').submission}`);
  await expect(page.locator('.shell-dense')).toHaveCount(1);
  expect(await page.evaluate(() => matchMedia('(pointer: coarse)').matches)).toBe(true);
  expect(await smallTargets(page)).toEqual([]);
  await context.close();
});

async function signedIn(context: BrowserContext, role: string): Promise<Page> {
  const page = await context.newPage();
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await signInByRequest(context, accountWith('BRACK', role));
  return page;
}

/** What is seen of each entry, without what only a screen reader says and without counts. */
async function wordsOfTheBar(page: Page): Promise<string[]> {
  return page.getByRole('navigation', { name: 'Main' }).getByRole('link').evaluateAll((links) =>
    links.map((link) => {
      const seen = [...link.childNodes].filter((part) => part.nodeType === Node.TEXT_NODE);
      return seen.map((part) => part.textContent ?? '').join('').trim();
    }),
  );
}

async function expectShape(page: Page, { name, width, height, has }: Shape): Promise<void> {
  const entries = await page.getByRole('navigation', { name: 'Main' }).getByRole('link').evaluateAll((links) =>
    links.map((link) => {
      const { top, bottom, left, right } = link.getBoundingClientRect();
      return { words: link.textContent ?? '', top, bottom, left, right };
    }),
  );
  const isBar = has === 'bar';
  expect(entries.at(-1)?.words, name).toBe('More');
  expect(isBar ? entries.length : 5, `${name} shows four and More`).toBeLessThanOrEqual(5);
  for (const { words, top, bottom, left, right } of entries) {
    expect(right - left, `${words} on ${name} is wide enough`).toBeGreaterThanOrEqual(44);
    expect(bottom - top, `${words} on ${name} is high enough`).toBeGreaterThanOrEqual(44);
    expect(left, `${words} on ${name} is on the screen`).toBeGreaterThanOrEqual(0);
    expect(right, `${words} on ${name} is on the screen`).toBeLessThanOrEqual(isBar ? width : width / 3);
    expect(top, `${words} on ${name} stands where it should`).toBeGreaterThanOrEqual(isBar ? height - 100 : 0);
  }
}
