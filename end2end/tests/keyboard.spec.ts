// The journeys that a school cannot do without, by keys alone: at every stop of Tab the
// focus is seen, Tab leaves every page again, and nothing is done that a key does not do.
import { type Browser, expect, type Page, test } from '@playwright/test';
import { type Account, accountOf } from '../fixtures/accounts.js';
import { askForCorrection, askTheGuardians } from '../fixtures/asking.js';
import { badgesOf, setUp } from '../fixtures/badges.js';
import { awake, noteWaking, signIn } from '../fixtures/doors.js';
import { Keyboard } from '../fixtures/keyboard.js';
import { offline, untilKept } from '../fixtures/offline.js';
import { Visitor } from '../fixtures/readers.js';
import { rosterOf } from '../fixtures/roster.js';
import { withDemoServer } from '../fixtures/server.js';

test('a student signs in and hands in with the keyboard alone', async ({ page }) => {
  await noteWaking(page.context());
  const student = accountOf('jakub.w');
  await Keyboard.only(page, async (keyboard) => {
    await page.goto('/sign-in');
    await keyboard.expectNoTrap();
    await keyboard.fill(page.getByLabel('School code', { exact: true }), student.school);
    await keyboard.fill(page.getByLabel('Username', { exact: true }), student.username);
    await keyboard.fill(page.getByLabel('Password', { exact: true }), student.password);
    await keyboard.press(page.getByRole('button', { name: 'Sign in', exact: true }));
    await expect(page).toHaveURL(/\/home$/);
    await keyboard.expectNoTrap();

    await keyboard.press(page.getByRole('link', { name: 'Reading: chapters 4 and 5', exact: true }));
    await expect(page.getByLabel('My answer')).toBeVisible();
    await awake(page);
    await keyboard.expectNoTrap();
    await keyboard.fill(page.getByLabel('My answer'), 'Why does nobody ask the captain?');
    await expect(page.getByRole('status')).toHaveText(/^Saved .*\d\d:\d\d/);
    await keyboard.press(page.getByRole('button', { name: 'Hand in', exact: true }));
    await expect(page.getByText('Handed in. Your receipt is below.')).toBeVisible();
    await keyboard.expectNoTrap();
  });
});

test('a teacher marks and gives back with the keyboard alone', async ({ browser }) => {
  const page = await signedIn(browser, 't.oyelaran');
  await Keyboard.only(page, async (keyboard) => {
    await page.goto('/marking');
    await keyboard.expectNoTrap();
    await keyboard.press(page.getByRole('link', { name: 'Rivers field sketch' }).first());
    await expect(page.getByRole('heading', { level: 1, name: 'Rivers field sketch' })).toBeVisible();
    await keyboard.expectNoTrap();
    await keyboard.press(page.getByRole('link', { name: 'Luka Kovac', exact: true }));
    await expect(page.getByRole('heading', { level: 2, name: 'Luka Kovac' })).toBeVisible();
    await awake(page);
    await keyboard.expectNoTrap();
    await keyboard.fill(page.getByRole('textbox', { name: 'Mark' }), '8');
    await keyboard.fill(page.getByRole('textbox', { name: 'Comment' }), 'The mouth of the river has no label yet.');
    await keyboard.press(page.getByRole('button', { name: 'Save and return', exact: true }));
    await expect(page.getByText(/^Returned\./).first()).toBeVisible();
    await keyboard.expectNoTrap();
  });
  await page.context().close();
});

test('a guardian answers a consent request with the keyboard alone', async ({ browser }) => {
  await askTheGuardians('A walk to the river, by keys');
  const page = await signedIn(browser, 'petra.k');
  await Keyboard.only(page, async (keyboard) => {
    await page.goto('/home');
    await keyboard.press(page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Account' }));
    await keyboard.press(page.getByRole('link', { name: 'Your choices', exact: true }));
    await expect(page).toHaveURL(/\/settings\/privacy$/);
    await keyboard.expectNoTrap();
    const asked = page.getByRole('listitem').filter({ hasText: 'A walk to the river, by keys' }).first();
    await keyboard.press(asked.getByRole('button', { name: /^Yes/ }), 'Space');
    await expect(page.getByText('Your answer is written down.')).toBeVisible();
    await expect(asked.getByRole('button', { name: /^Yes/ })).toHaveAttribute('aria-pressed', 'true');
    await keyboard.press(asked.getByRole('link', { name: 'Receipt' }));
    await expect(page.getByRole('heading', { name: 'Receipt' })).toBeVisible();
    await keyboard.expectNoTrap();
  });
  await page.context().close();
});

test('a guardian of two children chooses one with the keyboard alone', async ({ browser }) => {
  const page = await signedIn(browser, 'joel.t');
  await Keyboard.only(page, async (keyboard) => {
    await page.goto('/home');
    await keyboard.expectNoTrap();
    await keyboard.press(page.locator('summary').filter({ hasText: 'All children' }));
    const other = page.getByRole('navigation', { name: 'Which child' }).getByRole('link').last();
    const name = await other.innerText();
    await keyboard.press(other);
    await expect(page).toHaveURL(/\/home\?child=/);
    await expect(page.locator('summary').filter({ hasText: name })).toBeVisible();
    await expect(page.getByRole('heading', { level: 2, name })).toBeVisible();
    await keyboard.expectNoTrap();
  });
  await page.context().close();
});

test('an admin brings a roster in with the keyboard alone', async ({ browser }) => {
  // It makes demo schools of its own, since there are more people in them afterwards.
  test.setTimeout(180_000);
  await withDemoServer(async (server) => {
    const context = await browser.newContext({ baseURL: server.origin, reducedMotion: 'reduce' });
    const page = await context.newPage();
    const admin = server.accounts.find(({ username }) => username === 'd.lockyer');
    expect(admin, 'the demo has an admin').toBeDefined();
    await signIn(page, admin as Account);
    await Keyboard.only(page, async (keyboard) => {
      await page.goto('/people');
      await keyboard.expectNoTrap();
      await keyboard.press(page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Import' }));
      await expect(page).toHaveURL(/\/people\/import$/);
      await keyboard.expectNoTrap();
      const { zip } = rosterOf(new Map());
      await keyboard.choose(page.getByLabel('Roster package'), { name: 'keys.zip', mimeType: 'application/zip', buffer: zip });
      await keyboard.press(page.getByRole('button', { name: 'Look at what would change' }));
      await expect(page.getByRole('heading', { level: 1, name: 'Check before you import' })).toBeVisible();
      await keyboard.expectNoTrap();
      await keyboard.press(page.getByRole('button', { name: /^Import \d+ changes$/ }));
      await expect(page.getByText('You can undo it for 30 days.')).toBeVisible();
      await keyboard.expectNoTrap();
    });
    await context.close();
  });
});

test('the lead closes a request with the keyboard alone', async ({ browser }) => {
  await askForCorrection('tomos.g', 'My house number is wrong.');
  const page = await signedIn(browser, 'e.bellweather');
  await Keyboard.only(page, async (keyboard) => {
    await page.goto('/school/privacy');
    await keyboard.expectNoTrap();
    await keyboard.press(page.getByRole('link', { name: /^Correction: Tomos/ }).first());
    await expect(page.getByText('My house number is wrong.')).toBeVisible();
    await keyboard.expectNoTrap();
    await keyboard.fill(page.getByLabel('Words for who asked'), 'It is put right. Thank you.');
    await keyboard.press(page.getByRole('button', { name: 'It is done' }));
    await expect(page.getByText('Over', { exact: true })).toBeVisible();
  });
  await page.context().close();
});

test('a young student signs in by badge with the keyboard alone', async ({ browser, page }) => {
  await setUp(page, 'Tablet 2');
  const [badge] = await badgesOf(browser, ['Daria']);
  const tablet = await page.context().newPage();
  await Keyboard.only(tablet, async (keyboard) => {
    await tablet.goto('/badge');
    await keyboard.expectNoTrap();
    await keyboard.fill(tablet.getByLabel('Letters under the square'), badge.code);
    for (const picture of badge.pictures) {
      await keyboard.press(tablet.getByRole('checkbox', { name: picture, exact: true }), 'Space');
    }
    await expect(tablet).toHaveURL(/\/home$/);
    await expect(tablet.getByText('Daria').first()).toBeVisible();
    await keyboard.expectNoTrap();
  });
});

test('a student works, hands in and signs out without a network with the keyboard alone', async ({ browser }) => {
  const page = await signedIn(browser, 'seun.a');
  await page.goto('/home');
  await untilKept(page);
  await offline(page.context());
  await Keyboard.only(page, async (keyboard) => {
    await page.goto('/shell');
    await expect(page.getByRole('heading', { name: 'Saved on this tablet' })).toBeVisible();
    await keyboard.expectNoTrap();
    await keyboard.press(page.getByRole('button', { name: 'Rates of reaction: write up the practical', exact: true }));
    // Whoever hears the page is taken along to what was opened.
    await expect(page.getByRole('heading', { level: 2, name: 'Rates of reaction: write up the practical' })).toBeFocused();
    await keyboard.fill(page.getByLabel('My answer'), 'It fizzes less and less.');
    await expect(page.locator('#said')).toHaveText('On this tablet.');
    await expect(page.getByRole('button', { name: 'Save what waits as a file' })).toBeVisible();
    await keyboard.expectNoTrap();
    await keyboard.press(page.getByRole('button', { name: 'Hand in', exact: true }));
    await expect(page.getByText('On this tablet. It is handed in as soon as')).toBeVisible();
    await keyboard.press(page.getByRole('button', { name: 'Sign out', exact: true }), 'Space');
    await expect(page.getByText('Nobody is signed in.')).toBeVisible();
    await expect(page.getByText('1 item from another user waiting to send')).toBeVisible();
    await keyboard.expectNoTrap();
  });
  await page.context().close();
});

/** What a test may do to a page that is on the field for the username, and no key does. */
const OTHER_MEANS: Record<string, (page: Page) => Promise<unknown>> = {
  'a press': (page) => page.getByRole('button', { name: 'Sign in', exact: true }).click(),
  'a tap': (page) => page.getByRole('button', { name: 'Sign in', exact: true }).tap(),
  'a field that is filled': (page) => page.getByLabel('Password', { exact: true }).fill('words'),
  'a focus that is put': (page) => page.getByLabel('Password', { exact: true }).focus(),
  'a key that brings its focus along': (page) => page.getByLabel('Password', { exact: true }).press('a'),
  'a pointer': async (page) => {
    await page.mouse.move(1, 1);
    await page.mouse.down();
  },
  'words without keys': (page) => page.keyboard.insertText('words'),
  'a press by a script': (page) => page.evaluate(() => document.querySelector<HTMLElement>('h1')?.click()),
  'an event by a script': (page) => page.evaluate(() => document.querySelector('h1')?.dispatchEvent(new Event('click'))),
  'a focus by a script': (page) => page.evaluate(() => document.querySelector<HTMLElement>('[type=password]')?.focus()),
  'a value by a script': (page) => page.evaluate(() => {
    Object.assign(document.querySelector('[type=password]') ?? {}, { value: 'words' });
  }),
};

test('the journeys by keys alone notice what is done without one, also in a field that Tab has been to', async ({ context }) => {
  for (const [means, act] of Object.entries(OTHER_MEANS)) {
    const page = await context.newPage();
    const played = Keyboard.only(page, async (keyboard) => {
      await page.goto('/sign-in');
      await keyboard.expectNoTrap();
      await keyboard.tabTo(page.getByLabel('Username', { exact: true }));
      await act(page);
    });
    await expect(played, means).rejects.toThrow(/is no key|without a key/);
    await page.close();
  }
});

/** A page of somebody who is signed in already, on a device of their own. */
async function signedIn(browser: Browser, username: string): Promise<Page> {
  const visitor = await Visitor.named(username);
  const context = await browser.newContext({ storageState: await visitor.state(), reducedMotion: 'reduce' });
  await visitor.leave();
  await noteWaking(context);
  return context.newPage();
}
