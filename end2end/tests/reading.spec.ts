// Reading settings, the ruler, reading aloud, what the school arranges for a student, and
// the school's colour: in a browser, with the keyboard, and on a tablet that is handed on.
import { expect, type Page, test } from '@playwright/test';
import { accountOf, accountWith } from '../fixtures/accounts.js';
import { enter, signIn, signInByRequest, signOut } from '../fixtures/doors.js';
import { Keyboard } from '../fixtures/keyboard.js';
import { axeFindings, outlineFaults, sidewaysScroll } from '../fixtures/looks.js';
import { offline, toRead, untilKept } from '../fixtures/offline.js';
import { Visitor } from '../fixtures/readers.js';

const SCHOOL = 'ALDER';
/** A student whom no other file looks at: the settings are kept with the person. */
const READER = 'theo';

const NO_VOICE = 'This device has no voice to read with.';

/** The voice of a test, as its page sees it. */
interface TestVoice {
  readonly said: string[];
  /** What is spoken is over. */
  readonly over: (how: 'end' | 'error') => void;
}

/**
 * A voice that says nothing and writes down what it was told to say. Like those of browsers
 * it takes up nothing while it is paused, and tells later what was cancelled.
 */
async function withVoice(page: Page, goesOn: 'when it is told' | 'by itself' = 'when it is told'): Promise<void> {
  await page.addInitScript((isQuick) => {
    const said: string[] = [];
    let spoken: SpeechSynthesisUtterance[] = [];
    // As it is now: where keys alone are allowed, the page's own is watched.
    const { dispatchEvent } = EventTarget.prototype;
    const tell = (part: SpeechSynthesisUtterance, how: 'end' | 'error'): boolean => dispatchEvent.call(part, new Event(how));
    const over = (how: 'end' | 'error'): void => {
      const part = spoken.shift();
      if (part) {
        tell(part, how);
      }
    };
    const voice = {
      paused: false,
      getVoices: () => [{ name: 'A voice', lang: 'en-GB' }],
      speak: (part: SpeechSynthesisUtterance): void => {
        if (voice.paused) {
          return;
        }
        said.push(part.text);
        spoken.push(part);
        if (isQuick) {
          setTimeout(() => over('end'));
        }
      },
      cancel: (): void => {
        const cancelled = spoken;
        spoken = [];
        setTimeout(() => cancelled.forEach((part) => tell(part, 'error')));
      },
      pause: () => { voice.paused = true; },
      resume: () => { voice.paused = false; },
    };
    Object.defineProperty(window, 'speechSynthesis', { value: voice });
    Object.assign(window, { said, over });
  }, goesOn === 'by itself');
}

/** What the voice of a page was told to say so far. */
async function saidOn(page: Page): Promise<string[]> {
  return page.evaluate(() => (window as unknown as TestVoice).said);
}

async function tellTheVoice(page: Page, how: 'end' | 'error'): Promise<void> {
  await page.evaluate((event) => (window as unknown as TestVoice).over(event), how);
}

/** Instructions with everything that a teacher may write, beside what is to be heard of them. */
const WRITTEN = [
  'Weigh 2.5 g of salt. Then *wait*!', '',
  '# Part one', '## The water', '### The pan', '',
  '- Fill it', '  - to the line', '  - and no further', '- Warm it. Do you see steam?', '',
  '> Mind the heat', '',
  '```', 'salt = 2.5', '```', '',
  '| Time | Heat |', '|---|---|', '| 1 min | 30.5 C |',
].join('\n');
const HEARD = [
  'Weigh 2.5 g of salt.', 'Then wait!', 'Part one', 'The water', 'The pan', 'Fill it', 'to the line', 'and no further',
  'Warm it.', 'Do you see steam?', 'Mind the heat', 'salt = 2.5', 'Time', 'Heat', '1 min', '30.5 C',
];

/** A teacher keeps work with these instructions for themselves; its simple view is opened. */
async function openWritten(page: Page): Promise<void> {
  const teacher = accountWith(SCHOOL, 'teacher');
  const visitor = await Visitor.named(teacher.username);
  const idIn = (body: string, before: string): string => new RegExp(`${before}([0-9a-f]{8}-[0-9a-f-]{27})`).exec(body)?.[1] ?? '';
  const classroom = idIn((await visitor.ask('/classrooms')).body, '/classrooms/');
  const kept = await visitor.send(`/classrooms/${classroom}/assignments/new`, { title: 'Salt water', instructions: WRITTEN, intent: 'draft' });
  await visitor.leave();
  await signInByRequest(page.context(), teacher);
  await page.goto(`/assignments/${idIn(kept, '/assignments/')}/simple`);
  await expect(page.getByRole('heading', { level: 1, name: 'Salt water' })).toBeVisible();
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
  await withVoice(page);
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

// The letters of a student's bar are set for their audience, and a teacher's are not.
for (const username of [READER, 'g.dhillon']) {
  test(`larger letters never make the words in the bar of ${username}'s phone smaller`, async ({ page }) => {
    await enter(page, accountOf(username));
    for (const width of [320, 360, 390]) {
      await page.setViewportSize({ width, height: 800 });
      const [without, ...chosen] = await page.locator('.bar a').first().evaluate((entry) => ['', 'large', 'larger', 'largest'].map((size) => {
        document.documentElement.removeAttribute('data-size');
        if (size) {
          document.documentElement.setAttribute('data-size', size);
        }
        return Math.round(Number.parseFloat(getComputedStyle(entry).fontSize) * 10);
      }));
      expect(Math.min(...chosen), `at ${width}`).toBeGreaterThanOrEqual(Number(without));
    }
  });
}

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
    expect((await saidOn(page))[0]).toMatch(/^The tide pools at Kettle Bay/);
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
  await expect(silent.getByText(NO_VOICE)).toBeVisible();
});

test('every part of instructions is read aloud, in its order, and no number is broken', async ({ page }) => {
  await withVoice(page, 'by itself');
  await openWritten(page);
  const play = page.getByRole('group', { name: 'Read aloud: What to do' }).getByRole('button').first();
  await play.click();
  await expect.poll(async () => (await saidOn(page)).join(' ')).toBe(HEARD.join(' '));
  expect(await saidOn(page)).toEqual(HEARD);
  await expect(play).toHaveText('Read aloud');
});

test('no heading of instructions skips a level or is smaller than the text', async ({ page }) => {
  await openWritten(page);
  expect(await outlineFaults(page)).toEqual([]);
  const sizes = await page.locator('.prose').evaluate((prose) => {
    const size = (element: Element): number => Number.parseFloat(getComputedStyle(element).fontSize);
    const headings = [...prose.querySelectorAll('h3, h4, h5, h6')];
    const paragraph = prose.querySelector('p');
    return { headings: headings.map(size), text: paragraph ? size(paragraph) : Infinity };
  });
  expect(sizes.headings).toHaveLength(3);
  expect(Math.min(...sizes.headings)).toBeGreaterThanOrEqual(sizes.text);
});

test('after a pause the voice goes on, and after a stop it begins again', async ({ page }) => {
  await withVoice(page);
  await page.goto('/settings/reading?size=normal&aloud=on');
  const group = page.getByRole('group', { name: 'Read aloud: How it looks' });
  const [play, stop] = [group.getByRole('button').first(), group.getByRole('button', { name: 'Stop' })];
  const first = /^The tide pools/;
  const second = /^Between tides/;
  await play.click();
  await tellTheVoice(page, 'end');
  await play.click();
  await expect(play).toHaveText('Go on');
  await play.click();
  await expect(play).toHaveText('Pause');
  const goneOn = await saidOn(page);
  expect(goneOn).toHaveLength(3);
  expect(goneOn[0]).toMatch(first);
  expect(goneOn.slice(1).every((words) => second.test(words)), String(goneOn)).toBe(true);
  await play.click();
  await stop.click();
  await play.click();
  await expect(play).toHaveText('Pause');
  const begunAgain = await saidOn(page);
  expect(begunAgain).toHaveLength(4);
  expect(begunAgain[3]).toMatch(first);
});

test('a voice that fails says so, and is asked again by Go on', async ({ page }) => {
  await withVoice(page);
  await page.goto('/settings/reading?size=normal&aloud=on');
  const group = page.getByRole('group', { name: 'Read aloud: How it looks' });
  const play = group.getByRole('button').first();
  await play.click();
  await expect(play).toHaveText('Pause');
  await tellTheVoice(page, 'error');
  await expect(play).toHaveText('Go on');
  const told = group.getByRole('status');
  await expect(told).toHaveText('The voice stopped. Press Go on to try again.');
  expect((await told.boundingBox())?.width, 'it is there for the eyes too').toBeGreaterThan(40);
  await play.click();
  await expect(play).toHaveText('Pause');
  await expect(told).toHaveText('');
  const said = await saidOn(page);
  expect(said).toHaveLength(2);
  expect(said[1]).toBe(said[0]);
});

test('where no voice is installed it is said and there are no buttons, until one is found', async ({ page }) => {
  await page.addInitScript(() => {
    const found: object[] = [];
    const voice = { onvoiceschanged: null as (() => void) | null, getVoices: () => found, cancel: () => undefined };
    const findOne = (): void => {
      found.push({ name: 'A voice', lang: 'en-GB' });
      voice.onvoiceschanged?.();
    };
    Object.defineProperty(window, 'speechSynthesis', { value: voice });
    Object.assign(window, { findOne });
  });
  await page.goto('/settings/reading?size=normal&aloud=on');
  const group = page.getByRole('group', { name: 'Read aloud: How it looks' });
  await expect(page.locator('.aloud')).toHaveCount(1);
  await expect(group).toHaveCount(0);
  await expect(page.getByText(NO_VOICE)).toBeVisible();
  await page.evaluate(() => (window as unknown as { findOne: () => void }).findOne());
  await expect(group.getByRole('button', { name: 'Read aloud' })).toBeVisible();
  await expect(page.getByText(NO_VOICE)).toHaveCount(0);
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

test('a tap places the ruler, and a tap on it hides it', async ({ browser }) => {
  const context = await browser.newContext({ hasTouch: true, viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  await page.goto('/settings/reading?size=normal&ruler=on');
  const ruler = page.locator('.ruler');
  await expect(ruler).toBeVisible();
  const middle = async (): Promise<number> => {
    const box = await ruler.boundingBox();
    return box ? Math.round(box.y + box.height / 2) : -1;
  };
  await page.touchscreen.tap(300, 240);
  await expect.poll(middle).toBe(240);
  await page.touchscreen.tap(300, 240);
  await expect(ruler).toBeHidden();
  await page.touchscreen.tap(300, 340);
  await expect(ruler).toBeVisible();
  await expect.poll(middle).toBe(340);
  await context.close();
});

test('settings that are only tried are not kept for pages without a network', async ({ page }) => {
  await signInByRequest(page.context(), accountOf(READER));
  await page.goto('/settings/reading?theme=cream&size=largest');
  await expect(page.locator('html')).toHaveAttribute('data-size', 'largest');
  await expect.poll(async () => (await toRead<{ at: number }>(page, 'list'))?.at ?? 0).toBeGreaterThan(0);
  expect(await toRead<object>(page, 'look')).toBeNull();
  await page.goto('/home');
  await expect.poll(() => toRead<object>(page, 'look')).not.toBeNull();
  expect(await toRead<object>(page, 'look')).not.toHaveProperty('size');
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
  await expect(page).toHaveURL(/done=reading-reset/);
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
