// Two teachers at one submission, with scripts.
import { expect, type Page, test } from '@playwright/test';
import { accountOf } from '../fixtures/accounts.js';
import { awake, noteWaking, signIn } from '../fixtures/doors.js';
import { twoTeachersMark } from '../fixtures/twoTeachers.js';

/** Signs a teacher in and opens the list of a piece of work that waits. */
async function openQueue(page: Page): Promise<void> {
  await noteWaking(page.context());
  await signIn(page, accountOf('i.achterberg'));
  await page.goto('/marking');
  await page.getByRole('link', { name: /Quadratics/ }).first().click();
}

test('of two teachers who mark the same work the second is shown both', async ({ browser }) => {
  await twoTeachersMark(browser, 'Zainab Okafor-Reed', true);
});

test('a mark that is typed goes with the teacher to the next student', async ({ page }) => {
  await openQueue(page);
  await page.getByRole('link', { name: 'Haris Mahmood' }).click();
  await awake(page);
  await page.getByRole('textbox', { name: 'Mark' }).fill('11');
  await page.getByRole('link', { name: 'Next student' }).click();
  await expect(page.getByRole('heading', { name: 'Priya Nair' })).toBeFocused();
  await expect(page).toHaveTitle(/^Priya Nair/);
  await expect(page.getByText('Kept for Haris Mahmood.')).toBeVisible();
  await page.getByRole('link', { name: 'Previous student' }).click();
  await expect(page.getByRole('heading', { name: 'Haris Mahmood' })).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Mark' })).toHaveValue('11');
});

test('what a teacher types before the desk has arrived stays, and goes with them to the next student', async ({ page }) => {
  await openQueue(page);
  let arrive: () => void = () => undefined;
  const typed = new Promise<void>((resolve) => { arrive = resolve; });
  await page.route('**/*.wasm', async (route) => {
    await typed;
    await route.continue();
  });
  await page.getByRole('link', { name: 'Haris Mahmood' }).click();
  await expect(page.getByRole('heading', { name: 'Haris Mahmood' })).toBeVisible();
  const comment = page.getByRole('textbox', { name: 'Comment' });
  const words = `${await comment.inputValue()} Show how you factorise.`;
  await comment.fill(words);
  arrive();
  await awake(page);
  await expect(comment).toHaveValue(words);
  await page.getByRole('link', { name: 'Next student' }).click();
  await expect(page.getByText('Kept for Haris Mahmood.')).toBeVisible();
  await page.getByRole('link', { name: 'Previous student' }).click();
  await expect(comment).toHaveValue(words.trim());
});

test('whoever goes back to the desk sees what was saved since, and not what the browser kept', async ({ page, context }) => {
  await openQueue(page);
  await page.getByRole('link', { name: 'Haris Mahmood' }).click();
  await awake(page);
  const address = page.url();
  const comment = page.getByRole('textbox', { name: 'Comment' });
  const before = await comment.inputValue();
  await page.goto('/home');
  const other = await context.newPage();
  await other.goto(address);
  await awake(other);
  const words = `${before} Seen again.`.trim();
  await other.getByRole('textbox', { name: 'Comment' }).fill(words);
  const saved = other.waitForResponse('**/api/marking/save');
  await other.getByRole('button', { name: /^Save( and next)?$/ }).click();
  await saved;
  await other.close();
  await page.goBack();
  await awake(page);
  await expect(comment).toHaveValue(words);
});

test('whoever saves a mark that cannot be is taken to what is wrong', async ({ page }) => {
  await openQueue(page);
  await page.getByRole('link', { name: 'Haris Mahmood' }).click();
  await awake(page);
  await page.setViewportSize({ width: 390, height: 844 });
  const mark = page.getByRole('textbox', { name: 'Mark' });
  await mark.fill('much');
  await page.getByRole('button', { name: /^Save( and next)?$/ }).click();
  await expect(page.getByRole('alert')).toBeFocused();
  await expect(page.getByRole('alert').getByRole('heading')).toBeInViewport();
  await expect(mark).toHaveAccessibleDescription(/^Error: Enter the mark as a number/);
});

test('a mark that cannot be saved is left behind only if the teacher says so', async ({ page }) => {
  await openQueue(page);
  await page.getByRole('link', { name: 'Haris Mahmood' }).click();
  await awake(page);
  await page.route('**/api/marking/save', (route) => route.abort());
  const mark = page.getByRole('textbox', { name: 'Mark' });
  await mark.fill('13');
  const asked: string[] = [];
  page.once('dialog', (dialog) => {
    asked.push(dialog.message());
    void dialog.dismiss();
  });
  await page.getByRole('link', { name: 'Next student' }).click();
  await expect(page.getByRole('alert')).toContainText('The connection was interrupted');
  await expect(mark).toHaveValue('13');
  expect(asked).toEqual([expect.stringContaining('Go on without saving it?')]);
  page.once('dialog', (dialog) => void dialog.accept());
  await page.getByRole('link', { name: 'Next student' }).click();
  await expect(page.getByRole('heading', { name: 'Priya Nair' })).toBeFocused();
  await page.getByRole('link', { name: 'Previous student' }).click();
  await expect(page.getByRole('heading', { name: 'Haris Mahmood' })).toBeVisible();
  await expect(mark).not.toHaveValue('13');
});

test('a teacher who was signed out at the desk signs in in a new window, and what they typed is saved then', async ({ page, context }) => {
  await openQueue(page);
  await page.getByRole('link', { name: 'Haris Mahmood' }).click();
  await awake(page);
  const comment = page.getByRole('textbox', { name: 'Comment' });
  const words = `${await comment.inputValue()} Typed while nobody was signed in.`.trim();
  await comment.fill(words);
  await context.clearCookies({ name: 'session' });
  await context.clearCookies({ name: 'sk' });
  await page.getByRole('button', { name: /^Save( and next)?$/ }).click();
  const notice = page.getByRole('alert');
  await expect(notice).toBeFocused();
  const opened = context.waitForEvent('page');
  await notice.getByRole('link', { name: 'Sign in in a new window' }).click();
  await signIn(await opened, accountOf('i.achterberg'));
  await expect(comment).toHaveValue(words);
  const saved = page.waitForResponse('**/api/marking/save');
  await page.getByRole('button', { name: /^Save( and next)?$/ }).click();
  expect((await saved).status()).toBe(200);
  await expect(notice).toHaveCount(0);
});

test('a comment that was saved on the way to a page that does not open stays, and what follows goes on from it', async ({ page }) => {
  await noteWaking(page.context());
  await signIn(page, accountOf('g.dhillon'));
  await page.goto('/marking');
  await page.getByRole('link', { name: /Macbeth/ }).first().click();
  await page.getByRole('link', { name: 'Mei-Lin Cheung' }).click();
  await expect(page.getByRole('heading', { name: 'Mei-Lin Cheung' })).toBeVisible();
  await awake(page);
  const comment = page.getByRole('textbox', { name: 'Comment' });
  await page.route('**/api/marking/desk', (route) => route.abort());
  await comment.fill('Say what the dagger stands for.');
  await page.getByRole('link', { name: 'Next student' }).click();
  await expect(page.getByRole('alert')).toContainText('The connection was interrupted');
  await expect(comment).toHaveValue('Say what the dagger stands for.');
  await page.unroute('**/api/marking/desk');
  await comment.fill('Say what the dagger stands for, and why.');
  await page.getByRole('link', { name: 'Next student' }).click();
  await expect(page.getByRole('heading', { name: 'Mei-Lin Cheung' })).toHaveCount(0);
  await expect(page.getByText('You saved something else before')).toHaveCount(0);
  await page.getByRole('link', { name: 'Previous student' }).click();
  await expect(page.getByRole('heading', { name: 'Mei-Lin Cheung' })).toBeVisible();
  await expect(comment).toHaveValue('Say what the dagger stands for, and why.');
});

test('a mark that a colleague saved first is not gone over on the way to the next student', async ({ page, context }) => {
  await openQueue(page);
  // This desk is still asleep when its form is sent, so the answer is a page.
  await page.route('**/*.wasm', (route) => route.abort());
  await page.getByRole('link', { name: 'Haris Mahmood' }).click();
  await expect(page.getByRole('heading', { name: 'Haris Mahmood' })).toBeVisible();
  const address = page.url();
  const mark = page.getByRole('textbox', { name: 'Mark' });
  const newer = (await mark.inputValue()) === '16' ? '17' : '16';

  const first = await context.newPage();
  await first.goto(address);
  await awake(first);
  await first.getByRole('textbox', { name: 'Mark' }).fill(newer);
  const saved = first.waitForResponse('**/api/marking/save');
  await first.getByRole('button', { name: /^Save( and next)?$/ }).click();
  await saved;

  await mark.fill('9');
  await page.unroute('**/*.wasm');
  await page.getByRole('button', { name: /^Save( and next)?$/ }).click();
  const both = page.getByRole('alert');
  await expect(both).toContainText('You saved something else before');
  await awake(page);
  await page.getByRole('link', { name: 'Next student' }).click();
  await expect(both).toBeFocused();
  await expect(page.getByRole('heading', { name: 'Haris Mahmood' })).toBeVisible();
  await expect(mark).toHaveValue('9');
  await first.goto(address);
  await expect(first.getByRole('textbox', { name: 'Mark' })).toHaveValue(newer);
});
