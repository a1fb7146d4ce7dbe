// Reading settings, the ruler, reading aloud, what the school arranges for a student, and
// the school's colour: in a browser, with the keyboard, and on a tablet that is handed on.
import { expect, type Page, test } from '@playwright/test';
import { accountOf, accountWith } from '../fixtures/accounts.js';
import { signIn, signInByRequest, signOut } from '../fixtures/doors.js';
import { Keyboard } from '../fixtures/keyboard.js';
import { axeFindings, sidewaysScroll } from '../fixtures/looks.js';
import { offline, toRead, untilKept } from '../fixtures/offline.js';
import { Visitor } from '../fixtures/readers.js';

const SCHOOL = 'ALDER';
/** A student whom no other file looks at: the settings are kept with the person. */
const READER = 'theo';

/** A voice that says nothing and writes down what it was told to say. */
async function withVoice(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const said: string[] = [];
    const voice = {
      paused: false,
      speak: (part: { text: string }) => said.push(part.text),
      cancel: () => said.push('-'),
      pause: () => { voice.paused = true; },
      resume: () => { voice.paused = false; },
    };
    Object.defineProperty(window, 'speechSynthesis', { value: voice });
    Object.assign(window, { said });
  });
}

async function keep(page: Page, choices: Readonly<Record<string, string>>): Promise<void> {
  await page.goto('/settings/reading');
  for (const [legend, choice] of Object.entries(choices)) {
    await page.getByRole('group', { name: legend, exact: true }).getByLabel(choice, { exact: true }).check();
  }
  await page.getByRole('button', { name: 'Keep', exact: true }).click();
  await expect(page.getByText('Kept. Pages look like this')).toBeVisible();
}

test('the largest and widest settings break no page and leave axe nothing to find', async ({ page }) => {
  test.setTimeout(120_000);
  const student = accountOf(READER);
  await signInByRequest(page.context(), student);
  await keep(page, {
    'Text size': 'Largest',
    'Space between lines': 'Wider',
    'Space between letters and words': 'Wider',
    'Length of a line': 'Very short',
    Letters: 'OpenDyslexic',
    'Reading ruler': 'On',
    'Read aloud': 'On',
  });
  for (const path of ['/settings/reading', '/home', '/settings']) {
    for (const width of [390, 820, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      await page.goto(path);
      expect(await sidewaysScroll(page), `${path} at ${width}`).toEqual([]);
    }
    expect(await axeFindings(page), path).toEqual([]);
  }
  await page.goto('/settings/reading');
  await page.getByRole('button', { name: 'Back to the start' }).click();
  await expect(page.locator('html')).not.toHaveAttribute('data-size', /./);
});

test('a font is loaded only where it is chosen', async ({ page }) => {
  const fonts: string[] = [];
  page.on('request', (request) => {
    if (request.resourceType() === 'font') {
      fonts.push(new URL(request.url()).pathname);
    }
  });
  await page.goto('/settings/reading', { waitUntil: 'networkidle' });
  expect(fonts).toEqual([]);
  await page.goto('/settings/reading?size=normal&font=hyperlegible', { waitUntil: 'networkidle' });
  expect(fonts).toEqual(['/fonts/atkinson-hyperlegible-next-5.3.0.woff2']);
  const loaded = await page.evaluate(() => document.fonts.check('16px "Atkinson Hyperlegible Next"'));
  expect(loaded).toBe(true);
});

test('a text is read aloud, paused and stopped with the keyboard, and there are no buttons without a voice', async ({ page }) => {
  await withVoice(page);
  await Keyboard.only(page, async (keyboard) => {
    await page.goto('/settings/reading?size=normal&aloud=on');
    const group = page.getByRole('group', { name: 'Read aloud: How it looks' });
    const play = group.getByRole('button').first();
    await keyboard.tabTo(play);
    await page.keyboard.press('Enter');
    await expect(play).toHaveText('Pause');
    const said = await page.evaluate(() => (window as unknown as { said: string[] }).said);
    expect(said.some((words) => words.startsWith('The tide pools at Kettle Bay'))).toBe(true);
    await page.keyboard.press('Enter');
    await expect(play).toHaveText('Go on');
    await expect(group.getByRole('status')).toHaveText('Paused');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect(play).toHaveText('Read aloud');
    await expect(play).toBeFocused();
  });
  expect(await axeFindings(page)).toEqual([]);

  const silent = await page.context().newPage();
  await silent.addInitScript(() => {
    Object.defineProperty(window, 'speechSynthesis', { value: undefined });
  });
  await silent.goto('/settings/reading?size=normal&aloud=on');
  await expect(silent.getByRole('heading', { name: 'How it looks' })).toBeVisible();
  await expect(silent.getByRole('group', { name: /^Read aloud:/ })).toHaveCount(0);
});

test('the ruler follows the pointer, the focus and the arrow keys, and Escape hides it', async ({ page }) => {
  await page.setViewportSize({ width: 1000, height: 800 });
  await page.goto('/settings/reading?size=normal&ruler=on');
  const ruler = page.locator('.ruler');
  const middle = async (): Promise<number> => {
    const box = await ruler.boundingBox();
    return box ? Math.round(box.y + box.height / 2) : -1;
  };
  await page.mouse.move(300, 240);
  await expect.poll(middle).toBe(240);
  await page.keyboard.press('ArrowDown');
  await expect.poll(middle).toBeGreaterThan(250);
  await page.keyboard.press('Escape');
  await expect(ruler).toBeHidden();
  await page.keyboard.press('Tab');
  await expect(ruler).toBeVisible();
  const focused = await page.evaluate(() => document.activeElement?.getBoundingClientRect().top ?? -1);
  expect(Math.abs((await middle()) - focused)).toBeLessThan(60);
});

test("without a network too, a page has the school's colour and its reader's ruler", async ({ page, context }) => {
  const office = await Visitor.named('s.whitlock');
  await office.send('/school/colour', { hue: '150' });
  await signIn(page, accountOf(READER));
  await keep(page, { 'Reading ruler': 'On' });
  await untilKept(page);
  // The worker watches over this page, and meets the colour.
  await page.goto('/home');
  const accent = (): Promise<string> => page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--accent').trim());
  const ofTheSchool = await accent();
  await expect.poll(() => toRead<object>(page, 'look')).toMatchObject({ ruler: 'on', hue: expect.stringMatching(/^\/hue\/\d+-150\.css$/) });
  await offline(context);
  await page.goto('/home');
  await expect(page.getByRole('heading', { level: 1, name: 'No network' })).toBeVisible();
  await expect(page.locator('.ruler')).toBeVisible();
  await expect.poll(accent).toBe(ofTheSchool);
  expect(await axeFindings(page)).toEqual([]);

  await context.setOffline(false);
  await page.goto('/settings/reading');
  await page.getByRole('button', { name: 'Back to the start' }).click();
  await office.send('/school/colour', { hue: '' });
  await office.leave();
  await page.goto('/home');
  expect(await accent(), 'the colour that every school has').not.toBe(ofTheSchool);
});

test('on a tablet that is handed on the next student sees nothing of the settings of the one before', async ({ page }) => {
  const first = accountOf(READER);
  const second = accountWith(SCHOOL, 'teacher');
  await signIn(page, first);
  await keep(page, { Colours: 'Cream', Letters: 'Lexend' });
  await signOut(page);
  await expect(page.locator('html')).not.toHaveAttribute('data-theme', /./);
  await signIn(page, second);
  await expect(page.locator('html')).not.toHaveAttribute('data-font', /./);
  await signOut(page);
  await signIn(page, first);
  await expect(page.locator('html')).toHaveAttribute('data-font', 'lexend');
  await page.goto('/settings/reading');
  await page.getByRole('button', { name: 'Back to the start' }).click();
});

test('the office sees a colour on the page before the school has it', async ({ page }) => {
  await signInByRequest(page.context(), accountWith(SCHOOL, 'school_admin'));
  await page.goto('/school/colour');
  const accent = () => page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--accent').trim());
  const before = await accent();
  await page.getByRole('link', { name: 'Green', exact: true }).click();
  await expect(page.getByText('This is how it would look')).toBeVisible();
  await expect.poll(accent).not.toBe(before);
  expect(await axeFindings(page)).toEqual([]);
  await page.goto('/home');
  expect(await accent()).toBe(before);
});
