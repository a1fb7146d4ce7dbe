// The office's pages of people, by mouse and by finger: what stands in a row is pressed where
// it stands, and a question that unfolds takes no room from the row.
import { expect, type Locator, type Page, test } from '@playwright/test';
import { accountOf, accountWith } from '../fixtures/accounts.js';
import { signInByRequest } from '../fixtures/doors.js';
import { findThingsOnce } from '../fixtures/things.js';

for (const [width, height] of [[390, 844], [820, 1180], [1280, 900]] as const) {
  test(`a family tie is ended by a press at ${width} px, and the question stands below the whole row`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await openStudent(page);
    const row = page.getByRole('region', { name: 'Family' }).getByRole('listitem').first();
    const [name, end] = [row.getByRole('link'), row.locator('summary')];
    const before = [await placeIn(row, name), await placeIn(row, end)] as const;
    await end.click();
    await row.getByRole('button', { name: 'End this tie' }).click({ trial: true });
    expect([await placeIn(row, name), await placeIn(row, end)], 'nothing else moves').toEqual(before);
    const box = await placeIn(row, row.locator('.confirm-box'));
    expect(box.left, 'it begins where the row begins').toBe(0);
    expect(box.top).toBeGreaterThanOrEqual(before[1].bottom);
  });
}

test('a role is ended below its row as well', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await openStudent(page);
  const row = page.getByRole('region', { name: 'Roles' }).getByRole('listitem').first();
  const word = row.getByText('Student', { exact: true });
  const before = await placeIn(row, word);
  await row.locator('summary').click();
  await row.getByRole('button', { name: 'End this role' }).click({ trial: true });
  expect(await placeIn(row, word)).toEqual(before);
});

for (const [width, height] of [[390, 844], [1280, 900]] as const) {
  test(`a place in a classroom is ended at ${width} px below its row, whose name keeps its place`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await signInByRequest(page.context(), accountWith('BRACK', 'school_admin'));
    const { classroom } = (await findThingsOnce())('school_admin');
    await page.goto(`/classrooms/${classroom}/people`);
    const row = page.getByRole('region', { name: 'Students' }).getByRole('listitem').first();
    const [name, end] = [row.locator('.row-title'), row.locator('summary', { hasText: 'End place' })];
    const before = await placeIn(row, name);
    await end.click();
    await row.getByRole('button', { name: /^End .*'s place$/ }).click({ trial: true });
    const [after, box] = [await placeIn(row, name), await placeIn(row, row.locator('.confirm[open] > .confirm-box'))];
    expect(Math.abs(after.top - before.top), 'the name stays on top').toBeLessThanOrEqual(4);
    expect(after.left).toBe(before.left);
    expect(box.top, 'the question stands below').toBeGreaterThanOrEqual(after.bottom);
    if (width === 390) {
      expect(box.left, 'it begins where the row begins').toBe(0);
    }
  });
}

test('on a telephone no label of the list of people stands there without a value', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await signInByRequest(page.context(), accountWith('BRACK', 'school_admin'));
  await page.goto('/people');
  const empty = await page.locator('tbody td').evaluateAll((cells) =>
    cells.filter((cell) => cell.checkVisibility() && !cell.textContent?.trim()).map((cell) => cell.getAttribute('data-label')),
  );
  expect(empty).toEqual([]);
});

test('on the page of an import a name of any length stays beside its initials and inside its card', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 900 });
  await signInByRequest(page.context(), accountWith('BRACK', 'school_admin'));
  const { roster } = (await findThingsOnce())('school_admin');
  await page.goto(`/people/import/${roster}`);
  const card = page.locator('.cards .card').first();
  const name = card.getByRole('heading');
  for (const words of ['x'.repeat(100), 'Grace MacDonald', 'Margarethe Featherstonehaugh']) {
    await name.evaluate((heading, text) => {
      heading.textContent = text;
    }, words);
    const [whole, circle, box] = [await placeIn(card, card), await placeIn(card, card.locator('.avatar')), await placeIn(card, name)];
    expect(box.left, words).toBeGreaterThanOrEqual(circle.right);
    expect(box.right, words).toBeLessThanOrEqual(whole.right);
  }
});

interface Place {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Where a part of a row stands in it, wherever the page is scrolled to. */
async function placeIn(row: Locator, part: Locator): Promise<Place> {
  const [outer, inner] = [await row.elementHandle(), await part.elementHandle()];
  return row.page().evaluate(([whole, one]) => {
    const [from, box] = [whole?.getBoundingClientRect(), one?.getBoundingClientRect()];
    if (!from || !box) {
      throw new Error('the row has no such part');
    }
    return {
      left: Math.round(box.left - from.left), top: Math.round(box.top - from.top),
      right: Math.round(box.right - from.left), bottom: Math.round(box.bottom - from.top),
    };
  }, [outer, inner] as const);
}

/** The page of a student who has a guardian, for the office. */
async function openStudent(page: Page): Promise<void> {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await signInByRequest(page.context(), accountWith('BRACK', 'school_admin'));
  await page.goto(`/people?q=${accountOf('zainab.o').username}`);
  await page.getByRole('table').getByRole('link').first().click();
  await expect(page.getByRole('region', { name: 'Family' })).toBeVisible();
}
