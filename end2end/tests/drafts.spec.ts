// How an answer is kept while it is typed, on a network that is slow or loses what the
// server says, and where the same student writes on two devices.
import { type Browser, type BrowserContext, expect, type Locator, type Page, test } from '@playwright/test';
import { type Account, studentAt } from '../fixtures/accounts.js';
import { awake, noteWaking, signIn } from '../fixtures/doors.js';
import { axeFindings } from '../fixtures/looks.js';
import { offline, readyFor, setWork, toRead, waiting } from '../fixtures/offline.js';

const SAVES = '**/api/assignments/save-draft';
const OTHER_DEVICE = 'Your other device saved different words.';

/** Work in which no other story of this student writes. */
const WORK = 'Reading: chapters 4 and 5';
const writer = (): Account => studentAt('BRACK', 0);

async function openAnswer(page: Page): Promise<Locator> {
  await noteWaking(page.context());
  await readyFor(page, writer());
  await page.getByRole('link', { name: WORK, exact: true }).click();
  const answer = page.getByLabel('My answer');
  await expect(answer).toBeVisible();
  await awake(page);
  return answer;
}

/** The same answer on the student's other device. */
async function openElsewhere(browser: Browser): Promise<{ readonly elsewhere: Page; readonly other: Locator }> {
  const elsewhere = await (await browser.newContext()).newPage();
  return { elsewhere, other: await openAnswer(elsewhere) };
}

const saved = (page: Page): Promise<void> => expect(page.locator('#text-state')).toHaveText(/^Saved .*\d\d:\d\d/);
const fromOther = (page: Page): Locator => page.getByLabel('The words from your other device');

/** What waits until the test opens it. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => { open = resolve; });
  return { opened, open: () => open() };
}

/** The first save is answered once its gate is open, and the next never; counts those that left. */
async function answerTheFirstAlone(context: BrowserContext): Promise<{ readonly first: ReturnType<typeof gate>; readonly saves: () => number }> {
  const first = gate();
  let saves = 0;
  await context.route(SAVES, async (route) => {
    saves += 1;
    if (saves === 1) {
      const response = await route.fetch();
      await first.opened;
      await route.fulfill({ response });
    }
  });
  return { first, saves: () => saves };
}

/** The page is put away behind another app, or seen again. */
async function putAway(page: Page, isHidden: boolean): Promise<void> {
  await page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { configurable: true, value });
    document.dispatchEvent(new Event('visibilitychange'));
  }, isHidden);
}

/** The page closes before anybody answers; another one delivers what is sealed, and has these words. */
async function closesAndTheNextPageDelivers(page: Page, words: string): Promise<void> {
  const [context, address] = [page.context(), page.url()];
  await page.close({ runBeforeUnload: false });
  await context.unroute('**/outbox', undefined);
  await context.unroute(SAVES, undefined);
  const next = await context.newPage();
  await next.goto('/home');
  await expect.poll(() => waiting(next)).toBe(0);
  await next.goto(address);
  await expect(next.getByLabel('My answer')).toHaveValue(words);
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

test('what is wrong with an empty answer goes once words are saved, and the work counts as begun', async ({ page }) => {
  const address = await setWork('How tall is your bean?');
  await noteWaking(page.context());
  await signIn(page, writer());
  await page.goto(address);
  await awake(page);
  await page.getByRole('button', { name: 'Hand in', exact: true }).click();
  const summary = page.getByRole('alert').filter({ hasText: 'One thing to put right' });
  await expect(summary).toBeVisible();
  await expect(page.getByText('Not started', { exact: true })).toBeVisible();
  await awake(page);
  const answer = page.getByLabel('My answer');
  await answer.fill('It is 6 cm tall.');
  await saved(page);
  await expect(summary).toHaveCount(0);
  await expect(page.getByText('Write an answer or add a file')).toHaveCount(0);
  await expect(answer).not.toHaveAttribute('aria-invalid', 'true');
  await expect(answer).toHaveAttribute('aria-describedby', 'text-state');
  await expect(page.getByText('Not started', { exact: true })).toHaveCount(0);
  await expect(page.getByText('Draft saved', { exact: true })).toBeVisible();
  await expect(answer).toBeFocused();
  expect(await axeFindings(page)).toEqual([]);
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

test('what another device saved stays on the page and is saved below, until the student has what they need', async ({ page, browser }) => {
  const answer = await openAnswer(page);
  const { elsewhere, other } = await openElsewhere(browser);
  await other.fill('My bean has a root.');
  await saved(elsewhere);
  await answer.fill('It has leaves.');
  await expect(page.getByText(OTHER_DEVICE)).toBeVisible();
  expect(await axeFindings(page)).toEqual([]);
  await answer.pressSequentially(' Two of them.');
  await saved(page);
  await expect(fromOther(page)).toHaveValue('My bean has a root.');
  await elsewhere.reload();
  await awake(elsewhere);
  await expect(other).toHaveValue('It has leaves. Two of them.\n\nMy bean has a root.');

  // A second time, and with what the script beside the field says when it has sealed.
  await other.fill('It has a flower.');
  await saved(elsewhere);
  await answer.pressSequentially(' Green.');
  await expect(fromOther(page)).toHaveValue('It has a flower.');
  await page.evaluate(() => document.dispatchEvent(new Event('sealed')));
  await expect(fromOther(page)).toHaveValue('It has a flower.');
  await page.getByRole('button', { name: 'I have what I need' }).click();
  await expect(fromOther(page)).toHaveCount(0);
  await expect(answer).toBeFocused();
  await saved(page);
  await page.reload();
  await expect(answer).toHaveValue('It has leaves. Two of them. Green.');
  await elsewhere.context().close();
});

test('two devices that stay open and are written on in turn carry each other\'s words once', async ({ page, browser }) => {
  const answer = await openAnswer(page);
  const { elsewhere, other } = await openElsewhere(browser);
  await answer.fill('A one.');
  await saved(page);
  await other.fill('B one.');
  await saved(elsewhere);
  await expect(fromOther(elsewhere)).toHaveValue('A one.');
  await answer.fill('A two.');
  await expect(fromOther(page)).toHaveValue('B one.');
  await saved(page);
  await other.fill('B two.');
  await expect(fromOther(elsewhere)).toHaveValue('A two.');
  await saved(elsewhere);
  await answer.fill('A three.');
  await expect(fromOther(page)).toHaveValue('B two.');
  await saved(page);
  await page.reload();
  await expect(answer).toHaveValue('A three.\n\nB two.');
  await elsewhere.context().close();
});

test('with "Save draft" the words from the other device stay too', async ({ page, browser }) => {
  const answer = await openAnswer(page);
  const { elsewhere, other } = await openElsewhere(browser);
  await other.fill('Wet paper.');
  await saved(elsewhere);
  await answer.fill('Dry paper.');
  await expect(fromOther(page)).toHaveValue('Wet paper.');
  await page.getByRole('button', { name: 'Save draft' }).click();
  await expect(page.getByText('Your draft is saved.')).toBeVisible();
  await expect(answer).toHaveValue('Dry paper.\n\nWet paper.');
  await elsewhere.context().close();
});

test('a form that comes back because of another device shows its words, and does not take their place', async ({ page, context, browser }) => {
  const answer = await openAnswer(page);
  const { elsewhere, other } = await openElsewhere(browser);
  let saves = 0;
  await context.route(SAVES, (route) => {
    saves += 1; // and the first is never answered: it goes with its page
    return saves > 1 ? route.continue() : undefined;
  });
  await other.fill('The first leaf.');
  await saved(elsewhere);
  await answer.fill('The second leaf.');
  await expect.poll(() => saves).toBe(1);
  await page.getByRole('button', { name: 'Save draft' }).click();
  await expect(fromOther(page)).toHaveValue('The first leaf.');
  await expect(answer).toHaveValue('The second leaf.');
  await saved(page);
  await elsewhere.reload();
  await expect(other).toHaveValue('The second leaf.\n\nThe first leaf.');
  await elsewhere.context().close();
});

test('what is typed while a save is on its way is not taken for saved when somebody signs out', async ({ page, context }) => {
  const answer = await openAnswer(page);
  const { pathname } = new URL(page.url());
  const { first, saves } = await answerTheFirstAlone(context);
  await answer.fill('The root grows.');
  await expect.poll(saves).toBe(1);
  await answer.fill('The root grows down.');
  first.open();
  await expect.poll(saves).toBe(2);
  await page.getByRole('button', { name: 'Sign out', exact: true }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  await context.unroute(SAVES, undefined);
  await signIn(page, writer());
  await expect.poll(() => waiting(page)).toBe(0);
  await page.goto(pathname);
  await expect(answer).toHaveValue('The root grows down.');
});

test('where the page is put away while a save is on its way, what was typed since is sealed, and stays so until it is saved', async ({ page, context }) => {
  const answer = await openAnswer(page);
  await context.route('**/outbox', (route) => route.abort());
  const { first, saves } = await answerTheFirstAlone(context);
  await answer.fill('One leaf.');
  await expect.poll(saves).toBe(1);
  await answer.fill('One leaf more.');
  await putAway(page, true);
  await expect(page.locator('#text-state')).toHaveText(/^On this tablet\./);
  expect(await waiting(page)).toBe(1);
  first.open();
  await expect.poll(saves).toBe(2);
  expect(await waiting(page)).toBe(1);

  // Seen again it is sent, goes on from what was saved, and nobody is asked whose words they are.
  await context.unroute('**/outbox');
  await putAway(page, false);
  await expect.poll(() => waiting(page)).toBe(0);
  await expect(page).toHaveURL(/\/assignments\//);
});

test('a late answer does not take away what is on the tablet where more was typed since', async ({ page, context }) => {
  const answer = await openAnswer(page);
  await context.route('**/outbox', (route) => route.abort());
  const { first, saves } = await answerTheFirstAlone(context);
  await answer.fill('A stem.');
  await expect.poll(saves).toBe(1);
  await answer.fill('A stem with a bud.');
  await putAway(page, true);
  await expect(page.locator('#text-state')).toHaveText(/^On this tablet\./);
  expect(await waiting(page)).toBe(1);
  await answer.fill('A stem with a bud that opens.');
  first.open();
  await expect.poll(saves).toBe(2);
  expect(await waiting(page)).toBe(1);
  await closesAndTheNextPageDelivers(page, 'A stem with a bud that opens.');
});

test('an answer that comes while newer words are being sealed takes none of them away', async ({ page, context }) => {
  const answer = await openAnswer(page);
  await context.route('**/outbox', (route) => route.abort());
  const { first, saves } = await answerTheFirstAlone(context);
  await answer.fill('A pod.');
  await expect.poll(saves).toBe(1);
  const version = page.locator('#version');
  const before = await version.inputValue();
  // The item is kept at once; what is written beside it takes as long as the test likes.
  await page.evaluate(() => {
    const { encrypt } = SubtleCrypto.prototype;
    const mayGoOn = new Promise((goOn) => Object.assign(window, { goOn }));
    let calls = 0;
    SubtleCrypto.prototype.encrypt = async function wait(...given) {
      calls += 1;
      await (calls > 1 ? mayGoOn : null);
      return encrypt.apply(this, given);
    };
  });
  await answer.fill('A pod with five peas.');
  await putAway(page, true);
  await expect.poll(() => waiting(page)).toBe(1);
  first.open();
  await expect.poll(() => version.inputValue()).not.toBe(before);
  await page.evaluate(() => (window as unknown as { goOn(): void }).goOn());
  await expect(page.locator('#text-state')).toHaveText(/^On this tablet\./);
  await expect.poll(saves).toBe(2);
  expect(await waiting(page)).toBe(1);
  await closesAndTheNextPageDelivers(page, 'A pod with five peas.');
});

test('a save that nobody answers is given up: its words are sealed, the next one leaves, and a late answer changes nothing', async ({ page, context }) => {
  const answer = await openAnswer(page);
  await context.route('**/outbox', (route) => route.abort());
  const first = gate();
  let saves = 0;
  let isAnswered = false;
  await context.route(SAVES, async (route) => {
    saves += 1;
    if (saves > 1) {
      await route.continue();
      return;
    }
    await first.opened;
    await route.fulfill({ response: await route.fetch() });
    isAnswered = true;
  });
  await page.clock.install();
  await answer.fill('It grows slowly.');
  await expect.poll(() => saves).toBe(1);
  await page.clock.fastForward(15_000);
  await expect(page.locator('#text-state')).toHaveText(/^On this tablet\./);
  expect(await waiting(page)).toBe(1);
  await answer.fill('It grows slowly, and then fast.');
  await saved(page);
  first.open();
  await expect.poll(() => isAnswered).toBe(true);
  await answer.fill('It grows slowly, and then very fast.');
  await expect.poll(() => saves).toBe(3);
  await saved(page);
  await expect(page.getByText(OTHER_DEVICE)).toHaveCount(0);
  await page.reload();
  await expect(answer).toHaveValue('It grows slowly, and then very fast.');
});

test('words that were saved with a network are gone on from without one', async ({ page, context }) => {
  const answer = await openAnswer(page);
  const { pathname } = new URL(page.url());
  await answer.fill('Seen in the morning.');
  await saved(page);
  const onTheTablet = async (): Promise<string | undefined> =>
    (await toRead<{ words: string }>(page, `words:${pathname.replace('/assignments/', '')}`))?.words;
  await expect.poll(onTheTablet).toBe('Seen in the morning.');
  await offline(context);
  await page.goto(pathname);
  await expect(page.getByRole('heading', { level: 1, name: 'No network' })).toBeVisible();
  await answer.fill('Seen in the morning, and at noon.');
  await expect(page.locator('#said')).toHaveText('On this tablet.');
  await context.setOffline(false);
  await expect.poll(() => waiting(page)).toBe(0);
  await page.goto(pathname);
  await expect(answer).toHaveValue('Seen in the morning, and at noon.');
});

test('an answer that is too long is not sealed: the field says the limit, and the page stays', async ({ page }) => {
  const answer = await openAnswer(page);
  const { pathname } = new URL(page.url());
  await answer.fill('x'.repeat(200_200));
  await expect(page.locator('#text-state')).toHaveText('Not saved yet: Your answer must be 200000 characters or fewer. Add it as a file instead.');
  expect(await waiting(page)).toBe(0);
  await answer.fill('Short enough.');
  await saved(page);
  expect(new URL(page.url()).pathname).toBe(pathname);
});
