// Signing in without typing. A tablet of the primary school is set up, and young students
// sign in on it by badge, one after the other.
import { expect, type Page, test } from '@playwright/test';
import { type Badge, badgesOf, setUp, tap } from '../fixtures/badges.js';
import { photographOf, withTablet } from '../fixtures/camera.js';
import { accountWith } from '../fixtures/accounts.js';
import { signIn } from '../fixtures/doors.js';
import { offline, openWork, untilKept } from '../fixtures/offline.js';
import { axeFindings } from '../fixtures/looks.js';

/** What a badge is answered that does not work, or not with these pictures. */
const REFUSED = 'That is not your badge with your pictures. Try again, or ask your teacher';

test('two young students sign in by badge on a tablet that the office set up', async ({ browser, page }) => {
  const [first, second] = await badgesOf(browser, ['Anouk', 'Ben']);
  await setUp(page, 'Tablet 1');

  const began = Date.now();
  await page.goto(`/badge#${first.code.replaceAll('-', '')}`);
  await tap(page, first);
  await expect(page).toHaveURL(/\/home$/);
  expect(Date.now() - began).toBeLessThan(10_000);
  await expect(page.getByText('Anouk').first()).toBeVisible();

  await page.getByRole('button', { name: 'Sign out', exact: true }).first().click();
  await expect(page).toHaveURL(/\/badge$/);
  await page.getByLabel('Letters under the square').fill(second.code);
  await tap(page, second);
  await expect(page).toHaveURL(/\/home$/);
  await expect(page.getByText('Ben').first()).toBeVisible();
});

test('who goes back to the page where a young student signed in finds none of their pictures and no code', async ({ browser, page }) => {
  const [badge] = await badgesOf(browser, ['Anouk']);
  await setUp(page, 'Tablet that forgets');
  const code = page.getByLabel('Letters under the square');
  const tiles = page.locator('input[name=picture]');
  const ticked = page.locator('input[name=picture]:checked');
  await page.goto('/badge');
  const entries = await page.evaluate(() => {
    history.replaceState('the first', '');
    return history.length;
  });
  await code.fill(badge.code);
  await tap(page, badge);
  await expect(page).toHaveURL(/\/home$/);
  await page.getByRole('button', { name: 'Sign out', exact: true }).first().click();
  await expect(page).toHaveURL(/\/badge$/);
  await page.evaluate((before) => history.go(before - history.length), entries);
  await page.waitForFunction(() => history.state === 'the first' && document.readyState === 'complete');
  await expect(tiles).toHaveCount(12);
  await expect(ticked).toHaveCount(0);
  await expect(code).toHaveValue('');

  // As where the browser has kept the page whole and shows it again.
  await code.fill(badge.code);
  await tiles.first().check();
  await page.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
  await expect(ticked).toHaveCount(0);
  await expect(code).toHaveValue('');
});

test('a badge held up and three taps sign a young student in, where the browser reads no squares itself', async ({ browser, launchOptions, baseURL }) => {
  test.setTimeout(120_000);
  const [badge] = await badgesOf(browser, ['Daria']);
  await withTablet({ launchOptions, baseURL }, async ({ page, context, show }) => {
    await setUp(page, 'Tablet of Oak');
    await show(badge.photograph);
    await noteTouches(page);
    // The page before this one has a camera too, and may still be loading.
    await page.goto('about:blank');
    const loaded: string[] = [];
    page.on('request', (request) => loaded.push(new URL(request.url()).pathname));

    const began = Date.now();
    await page.goto('/badge');
    await expect(page.getByText('Got it. Now tap your three pictures.')).toBeVisible();
    expect(loaded.filter((path) => /^\/pkg\/scanner-\w+\.(js|wasm)$/.test(path))).toHaveLength(2);
    expect(await axeFindings(page)).toEqual([]);
    await tap(page, badge);
    await expect(page).toHaveURL(/\/home$/);
    const seconds = (Date.now() - began) / 1000;
    await expect(page.getByText('Daria').first()).toBeVisible();
    expect(await touches(page)).toEqual({ taps: 3, keys: 0 });
    expect(seconds).toBeLessThan(10);

    // Where the browser can read squares, nothing of the scanner is loaded.
    await context.addInitScript(() => {
      Object.assign(globalThis, {
        BarcodeDetector: class {
          static async getSupportedFormats(): Promise<string[]> {
            return ['qr_code'];
          }
          async detect(): Promise<{ rawValue: string }[]> {
            return [{ rawValue: 'https://school.example/badge#KX472M9TQ' }];
          }
        },
      });
    });
    const able = await context.newPage();
    able.on('request', (request) => loaded.push(`again ${request.url()}`));
    await able.goto('/badge');
    await expect(able.getByLabel('Letters under the square')).toHaveValue('KX472M9TQ');
    expect(loaded.filter((path) => path.startsWith('again') && path.includes('scanner'))).toEqual([]);
  });
});

test('where the camera is refused the page says so, and the letters are typed', async ({ browser, page, context }) => {
  const [badge] = await badgesOf(browser, ['Idris']);
  await setUp(page, 'Tablet without a camera');
  await context.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = async () => {
      throw new DOMException('refused', 'NotAllowedError');
    };
  });
  await page.goto('/badge');
  await page.getByRole('button', { name: 'Use the camera' }).click();
  await expect(page.getByText('The camera cannot be used. Type the letters under the square.')).toBeVisible();
  await page.getByLabel('Letters under the square').fill(badge.code);
  await tap(page, badge);
  await expect(page).toHaveURL(/\/home$/);
});

test('the camera goes off after a minute and while nobody sees the page', async ({ launchOptions, baseURL }) => {
  await withTablet({ launchOptions, baseURL }, async ({ page, show }) => {
    await setUp(page, 'Tablet that waits');
    await show(await photographOf(page, ''));
    await noteFilming(page);
    await page.clock.install();
    await page.goto('/badge');
    const asks = page.getByText('Hold your badge in front of the tablet.');
    const button = page.getByRole('button', { name: 'Use the camera' });
    await expect(asks).toBeVisible();
    expect(await filming(page)).toBe(true);
    await page.clock.fastForward(61_000);
    await expect(page.getByText('The camera is off again. Press the button when you hold your badge.')).toBeVisible();
    expect(await filming(page)).toBe(false);
    await button.click();
    await expect(asks).toBeVisible();
    expect(await filming(page)).toBe(true);
    await beSeen(page, false);
    expect(await filming(page)).toBe(false);
    await expect(button).toBeEnabled();
    await beSeen(page, true);
    await expect(asks).toBeVisible();
  });
});

test('the camera goes off where the square cannot be read, and where the page was left before it began', async ({ launchOptions, baseURL }) => {
  await withTablet({ launchOptions, baseURL }, async ({ page, context, show }) => {
    await setUp(page, 'Tablet that fails');
    await show(await photographOf(page, ''));
    await noteFilming(page);
    await context.route('**/pkg/scanner*', (route) => route.abort());
    await page.goto('/badge');
    await expect(page.getByText('The camera cannot be used. Type the letters under the square.')).toBeVisible();
    expect(await filming(page)).toBe(false);
    await expect(page.getByRole('button', { name: 'Use the camera' })).toBeEnabled();

    await context.unroute('**/pkg/scanner*');
    await page.addInitScript(() => {
      const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      navigator.mediaDevices.getUserMedia = async (wish) => {
        Object.assign(window, { isAsked: true });
        await new Promise((seen) => addEventListener('allowed', seen, { once: true }));
        const stream = await ask(wish);
        Object.assign(window, { isGiven: true });
        return stream;
      };
    });
    await page.goto('/badge');
    await page.waitForFunction(() => 'isAsked' in window);
    await beSeen(page, false);
    await page.evaluate(() => window.dispatchEvent(new Event('allowed')));
    await page.waitForFunction(() => 'isGiven' in window);
    await expect.poll(() => filming(page)).toBe(false);
    await expect(page.locator('video')).toBeHidden();
  });
});

test('the page says what the third picture does before one is touched', async ({ page }) => {
  await setUp(page, 'Tablet that tells');
  await page.goto('/badge');
  await expect(page.getByRole('group', { name: 'Tap your three pictures: you are signed in when you touch the third' })).toBeVisible();
  expect(await axeFindings(page)).toEqual([]);
});

test('after wrong pictures the error and the skip link lead where they say, and the right pictures sign in', async ({ browser, page }) => {
  const [badge] = await badgesOf(browser, ['Poppy']);
  await setUp(page, 'Tablet of a slip');
  await holdUp(page, badge);
  const others = ['Apple', 'Ball', 'Boat', 'Fish', 'Flower', 'House'].filter((picture) => !badge.pictures.includes(picture));
  await tap(page, { ...badge, pictures: others.slice(0, 3) });
  const code = page.getByLabel('Letters under the square');
  await page.getByRole('link', { name: REFUSED }).click();
  await expect(page.getByRole('group', { name: 'Tap your three pictures' })).toBeFocused();
  await expect(page).toHaveURL(/#pictures$/);
  await expect(code).toHaveValue(plain(badge));

  await page.getByRole('link', { name: 'Skip to the page' }).focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#main$/);
  await expect(page.getByRole('main')).toBeFocused();
  await expect(code).toHaveValue(plain(badge));

  await tap(page, badge);
  await expect(page).toHaveURL(/\/home$/);
});

test('the teacher makes a badge anew in one tap, gives other pictures and takes it away, and each holds at once', async ({ browser, page }) => {
  test.setTimeout(180_000);
  // Nobody else in these tests signs in with her badge.
  const [old] = await badgesOf(browser, ['Poppy']);
  await setUp(page, 'Tablet of new badges');
  await signInAndOut(page, old);
  const desk = await (await browser.newContext()).newPage();
  await signIn(desk, accountWith('ALDER', 'teacher'));
  await desk.goto('/classrooms');
  await desk.getByRole('link', { name: '3 Oak' }).click();
  await desk.getByRole('link', { name: 'Badges', exact: true }).click();
  const hers = desk.getByRole('listitem').filter({ hasText: 'Poppy' });

  await hers.getByRole('button', { name: 'New badge' }).click();
  await expect(desk.getByText('A new badge is made. The old one does not work any more.')).toBeVisible();
  const [made] = await badgesOf(browser, ['Poppy']);
  expect(made.code).not.toBe(old.code);
  await expectRefused(page, old);
  await signInAndOut(page, made);

  await hers.getByRole('button', { name: 'New pictures' }).click();
  await expect(desk.getByText('Three other pictures are given. They stand on the sheet.')).toBeVisible();
  const [changed] = await badgesOf(browser, ['Poppy']);
  expect(changed.code).toBe(made.code);
  expect(changed.pictures).not.toEqual(made.pictures);
  await expectRefused(page, made);
  await signInAndOut(page, changed);

  await hers.getByText('Take away the badge of Poppy').click();
  await hers.getByRole('button', { name: 'Take it away' }).click();
  await expect(desk.getByText('Taken away. The badge does not work any more.')).toBeVisible();
  await expect(hers.getByText('No badge')).toBeVisible();
  await expectRefused(page, changed);

  // Whoever comes next finds her with a badge.
  await hers.getByRole('button', { name: 'New badge' }).click();
  await expect(hers.getByText(/^Given /)).toBeVisible();
  await desk.context().close();
});

test('two young students share a tablet, work without a network, and the teacher sees both hand-ins with their receipts', async ({ browser, launchOptions, baseURL, page: desk }) => {
  test.setTimeout(180_000);
  const [first, second] = await badgesOf(browser, ['Ben', 'Theo']);
  const told: { path: string; words: string }[] = [];
  await withTablet({ launchOptions, baseURL }, async ({ page, context, show }) => {
    await setUp(page, 'The tablet of two');
    await context.route('**/outbox', (route) => route.abort());
    for (const [badge, words] of [[first, 'Ben saw a root.'], [second, 'Theo saw a leaf.']] as const) {
      await show(badge.photograph);
      await page.goto('/badge');
      await expect(page.getByText('Got it. Now tap your three pictures.')).toBeVisible();
      await tap(page, badge);
      await expect(page).toHaveURL(/\/home$/);
      await untilKept(page);
      const path = await openWork(page);
      await page.goto('/home');
      await offline(context);
      await page.goto(path);
      await page.getByLabel('My answer').fill(words);
      await page.getByRole('button', { name: 'Hand in', exact: true }).click();
      await expect(page.getByText('On this tablet. It is handed in')).toBeVisible();
      told.push({ path, words });
      if (badge === first) {
        await page.getByRole('button', { name: 'Sign out' }).click();
        await expect(page.getByText('Nobody is signed in.')).toBeVisible();
        await expect(page.getByText('1 item from another user waiting to send')).toBeVisible();
        await context.setOffline(false);
      }
    }
    // The second is signed in when the network is back, and delivers for both.
    await context.unroute('**/outbox');
    await context.setOffline(false);
    await expect(page.locator('#waiting').getByText(/^Received \d\d:\d\d \(\w{3}-\w{3}-\w{3}\)$/)).toBeVisible();
    await expect(page.getByText('from another user')).toHaveCount(0);
    await expect(page.getByText('Ben saw')).toHaveCount(0);
  });

  await signIn(desk, accountWith('ALDER', 'teacher'));
  const receipts = new Set<string>();
  for (const { path, words } of told) {
    await desk.goto(path);
    const name = String(words.split(' ')[0]);
    await desk.getByRole('main').getByRole('link', { name: new RegExp(name) }).first().click();
    await expect(desk.getByRole('article').filter({ hasText: words })).toBeVisible();
    const line = desk.getByText(/Handed in .*by the tablet's clock, without a network.*, receipt \w{3}-\w{3}-\w{3}/);
    await expect(line).toBeVisible();
    receipts.add(String(/receipt (\S+)/.exec(await line.innerText())?.[1]));
  }
  expect(receipts.size).toBe(2);
});

/** The code as it stands in the square. */
function plain(badge: Badge): string {
  return badge.code.replaceAll('-', '');
}

/** Opens the page of badges anew, as a tablet does that reads the square. */
async function holdUp(page: Page, badge: Badge): Promise<void> {
  await page.goto('about:blank');
  await page.goto(`/badge#${plain(badge)}`);
  await expect(page.getByLabel('Letters under the square')).toHaveValue(plain(badge));
}

async function expectRefused(page: Page, badge: Badge): Promise<void> {
  await holdUp(page, badge);
  await tap(page, badge);
  await expect(page.getByRole('link', { name: REFUSED })).toBeVisible();
}

async function signInAndOut(page: Page, badge: Badge): Promise<void> {
  await holdUp(page, badge);
  await tap(page, badge);
  await expect(page).toHaveURL(/\/home$/);
  await page.getByRole('button', { name: 'Sign out', exact: true }).first().click();
  await expect(page).toHaveURL(/\/badge$/);
}

/** Remembers every stream that the camera gives, on every page that opens from now on. */
async function noteFilming(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const streams: MediaStream[] = [];
    Object.assign(window, { streams });
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wish) => {
      const stream = await ask(wish);
      streams.push(stream);
      return stream;
    };
  });
}

/** Whether any camera is on. Fails where none ever was. */
async function filming(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const { streams } = window as unknown as { streams: MediaStream[] };
    if (streams.length === 0) {
      throw new Error('the camera was never on');
    }
    return streams.some((stream) => stream.getTracks().some(({ readyState }) => readyState === 'live'));
  });
}

/** The page is hidden, as behind another app, or shown again. */
async function beSeen(page: Page, isSeen: boolean): Promise<void> {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, 'hidden', { configurable: true, value: hidden });
    document.dispatchEvent(new Event('visibilitychange'));
  }, !isSeen);
}

/** Counts what a person does with their fingers, on every page that opens from now on. */
async function noteTouches(page: Page): Promise<void> {
  await page.addInitScript(() => {
    for (const kind of ['pointerdown', 'keydown']) {
      addEventListener(kind, () => {
        sessionStorage.setItem(kind, String(Number(sessionStorage.getItem(kind) ?? 0) + 1));
      }, { capture: true });
    }
  });
}

async function touches(page: Page): Promise<{ taps: number; keys: number }> {
  return page.evaluate(() => ({
    taps: Number(sessionStorage.getItem('pointerdown') ?? 0),
    keys: Number(sessionStorage.getItem('keydown') ?? 0),
  }));
}
