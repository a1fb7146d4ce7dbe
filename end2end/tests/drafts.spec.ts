// How an answer is kept while it is typed, on a network that is slow or loses what the
// server says.
import { expect, type Locator, type Page, test } from '@playwright/test';
import { studentAt } from '../fixtures/accounts.js';
import { readyFor } from '../fixtures/offline.js';

const SAVES = '**/api/assignments/save-draft';
const OTHER_DEVICE = 'Your other device saved different words.';

/** The answer to work in which no other story of this student writes. */
async function openAnswer(page: Page): Promise<Locator> {
  await readyFor(page, studentAt('BRACK', 0));
  await page.getByRole('link', { name: 'Reading: chapters 4 and 5', exact: true }).click();
  const answer = page.getByLabel('My answer');
  await expect(answer).toBeVisible();
  return answer;
}

/** What waits until the test opens it. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => { open = resolve; });
  return { opened, open: () => open() };
}

test('on a slow network a save waits for the one before it, and the last words are kept', async ({ page, context }) => {
  const answer = await openAnswer(page);
  const said: string[] = [];
  const first = gate();
  await context.route(SAVES, async (route) => {
    const response = await route.fetch();
    said.push(await response.text());
    if (said.length === 1) {
      await first.opened;
    }
    await route.fulfill({ response });
  });
  await answer.fill('The captain says nothing.');
  await expect.poll(() => said.length).toBe(1);
  await page.clock.install();
  await answer.fill('The captain says nothing, and nobody asks.');
  // The pause after which a save leaves is over, and the first is not answered yet.
  await page.clock.fastForward(3_000);
  first.open();
  await expect(page.locator('#text-state')).toHaveText(/^Saved .*\d\d:\d\d/);
  expect(said.filter((words) => words.includes('Conflict'))).toEqual([]);
  await expect(page.getByText(OTHER_DEVICE)).toHaveCount(0);
  await page.reload();
  await expect(answer).toHaveValue('The captain says nothing, and nobody asks.');
});

test('where the answer to a save is lost and more is typed, no other device is made up', async ({ page, context }) => {
  const answer = await openAnswer(page);
  let saves = 0;
  const first = gate();
  await context.route('**/outbox', (route) => route.abort());
  await context.route(SAVES, async (route) => {
    const response = await route.fetch();
    saves += 1;
    if (saves > 1) {
      await route.fulfill({ response });
      return;
    }
    await first.opened;
    await route.abort();
  });
  await answer.fill('Nobody came back.');
  await expect.poll(() => saves).toBe(1);
  await answer.fill('Nobody came back but the cat.');
  first.open();
  await expect(page.locator('#text-state')).toHaveText(/^Saved .*\d\d:\d\d/, { timeout: 20_000 });
  await expect(page.getByText(OTHER_DEVICE)).toHaveCount(0);
  await page.reload();
  await expect(answer).toHaveValue('Nobody came back but the cat.');
});
