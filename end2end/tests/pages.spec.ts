// Every page of every role, found by following links from the first page, in light and
// dark: axe finds nothing, nothing scrolls sideways, shifts, complains or lies over
// something else, targets are large enough, and the chosen colours are there on the first
// byte.
import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { accountWith } from '../fixtures/accounts.js';
import { signInByRequest } from '../fixtures/doors.js';
import { axeFindings, bringAxe, choose, firstByteFaults, roomFaults, type Theme, watch, wear } from '../fixtures/looks.js';
import { findThingsOnce } from '../fixtures/things.js';

const SCHOOL_ROLES = ['student', 'teacher', 'guardian', 'school_admin', 'data_protection_lead'];
const MOST_PAGES = 30;
/** Pages of one kind differ by what stands on them; one of each is looked at. */
const MOST_OF_A_KIND = 2;
const HEIGHT = 900;
/** What routes.spec.ts does not look at as nobody, or not with a service worker. */
const SIGNED_OUT = ['/sign-in?done=welcome&school=BRACK', '/no/such/page', '/invitation/unknown', '/set-up', '/privacy?for=child',
  '/unsubscribe/unknown', '/badge', '/shell'];

// All workers share these tests: each has a person of its own.
test.describe.configure({ mode: 'parallel' });

// Else some pages are looked at while they are empty.
test.beforeEach(async () => {
  await findThingsOnce();
});

interface Look {
  readonly theme: Theme;
  /** The page is loaded at the first of these widths, and has its other colours at the second. */
  readonly widths: readonly [number, number, number];
}

/** Each page is loaded once. What shifts, and all that axe knows of, is seen as it is loaded. */
const LOOKS: readonly [Look, Look, Look] = [
  { theme: 'light', widths: [1280, 390, 820] },
  { theme: 'dark', widths: [390, 1280, 820] },
  { theme: 'dark', widths: [820, 1280, 390] },
];
const AT_A_DESK = 0;
const ON_A_TELEPHONE = 1;

// Both schools have every kind of page. The first of a kind is loaded as at a desk in one
// school and as on a telephone in the other, the second in the next of the looks: so every
// look is met.
for (const [school, first] of [['BRACK', AT_A_DESK], ['ALDER', ON_A_TELEPHONE]] as const) {
  for (const role of SCHOOL_ROLES) {
    test(`every page of a ${role.replaceAll('_', ' ')} of ${school} looks finished`, async ({ context }) => {
      test.setTimeout(240_000);
      await signInByRequest(context, accountWith(school, role));
      expect(await crawl(context, '/home', first)).toEqual([]);
    });
  }
}

test('every page of the operator looks finished', async ({ context }) => {
  test.setTimeout(120_000);
  await signInByRequest(context, accountWith('OPERATOR', 'operator'));
  expect(await crawl(context, '/home')).toEqual([]);
});

test('every page before somebody signs in looks finished', async ({ context }) => {
  test.setTimeout(120_000);
  const problems: string[] = [];
  const look = await looker(context);
  for (const [at, path] of SIGNED_OUT.entries()) {
    problems.push(...(await look(path, at)).problems);
  }
  expect(problems).toEqual([]);
});

test('the chosen colours are there on the first byte', async ({ page }) => {
  await page.goto('/sign-in');
  for (const [choice, theme] of [['Dark', 'dark'], ['Cream', 'cream'], ['High contrast', 'contrast'], ['Light', 'light']] as const) {
    await page.getByRole('button', { name: choice }).click();
    await expect(page.getByRole('button', { name: choice })).toHaveAttribute('aria-pressed', 'true');
    const answer = await page.goto('/sign-in');
    expect(await answer?.text()).toContain(`<html lang="en-GB" data-theme="${theme}"`);
    expect(await axeFindings(page)).toEqual([]);
  }
});

/** Follows every link of our own from `start` and gathers what is wrong on the way. */
async function crawl(context: BrowserContext, start: string, first = AT_A_DESK): Promise<string[]> {
  const look = await looker(context);
  const problems: string[] = [];
  const kinds = new Map<string, number>();
  const waiting = [start];
  const known = new Set(waiting);
  let seen = 0;
  for (let path = waiting.shift(); path !== undefined && seen < MOST_PAGES; path = waiting.shift()) {
    const kind = kindOf(path);
    const before = kinds.get(kind) ?? 0;
    if (before >= MOST_OF_A_KIND) {
      continue;
    }
    kinds.set(kind, before + 1);
    seen += 1;
    const found = await look(path, first + before);
    problems.push(...found.problems);
    const fresh = found.links.filter((link) => !known.has(link));
    fresh.forEach((link) => known.add(link));
    waiting.push(...fresh);
  }
  return problems;
}

/** Addresses that differ only in ids and in what was searched for are of one kind. */
function kindOf(path: string): string {
  return path.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ':id').replaceAll(/=[^&]*/g, '');
}

interface Seen {
  readonly problems: string[];
  readonly links: string[];
}

/** Looks at one page after the other, each in the look that is at this place when they are counted through. */
async function looker(context: BrowserContext): Promise<(path: string, at: number) => Promise<Seen>> {
  await bringAxe(context);
  const page = await context.newPage();
  const complaints = await watch(page);
  return async (path, at) => {
    const look = LOOKS[at % LOOKS.length] ?? LOOKS[0];
    const found = await looked(page, path, look, complaints);
    const problems = found.map((what) => `${path} in ${look.theme} at ${look.widths[0]} px: ${what}`);
    return { problems, links: await linksOn(page) };
  };
}

async function looked(page: Page, path: string, look: Look, complaints: () => Promise<string[]>): Promise<string[]> {
  const [theme, other] = look.theme === 'light' ? (['light', 'dark'] as const) : (['dark', 'light'] as const);
  const [width, second, third] = look.widths;
  // The page for "no network" is the same for everybody: it follows the device, or what a
  // student has kept there to read.
  const isChosen = path !== '/shell';
  await page.setViewportSize({ width, height: HEIGHT });
  await page.emulateMedia({ colorScheme: theme });
  await choose(page.context(), theme);
  const problems = await loaded(page, path, complaints);
  if (isChosen && (await page.locator('html').getAttribute('data-theme')) !== theme) {
    problems.push('has other colours than were chosen');
  }
  problems.push(...(await axeFindings(page)), ...(await roomFaults(page)));

  await page.setViewportSize({ width: second, height: HEIGHT });
  await page.emulateMedia({ colorScheme: other });
  if (isChosen) {
    await wear(page, other);
    problems.push(...(await firstByteFaults(page.context(), path, other)));
  }
  const changed = [...(await axeFindings(page, 'colours and room')), ...(await roomFaults(page))];
  problems.push(...changed.map((what) => `then in ${other} at ${second} px ${what}`));

  await page.setViewportSize({ width: third, height: HEIGHT });
  problems.push(...(await roomFaults(page)).map((what) => `then at ${third} px ${what}`));
  return problems;
}

/** Loads a page and gives what was wrong until it stood there. */
async function loaded(page: Page, path: string, complaints: () => Promise<string[]>): Promise<string[]> {
  const answer = await page.goto(path);
  // The page for "no network" shows itself once it knows who reads.
  await page.locator('main').waitFor();
  if ((await page.locator('leptos-island').count()) > 0) {
    await page.waitForLoadState('networkidle');
  }
  const problems = await complaints();
  if ((answer?.status() ?? 500) >= 500) {
    problems.push(`answers ${answer?.status()}`);
  }
  const headings = await page.locator('h1').count();
  if (headings !== 1) {
    problems.push(`has ${headings} main headings`);
  }
  return problems;
}

async function linksOn(page: Page): Promise<string[]> {
  return page.locator('a[href]:not([download])').evaluateAll((links) =>
    links
      .map((link) => new URL((link as HTMLAnchorElement).href))
      .filter((url) => url.origin === location.origin && !/^\/files\/|\.(csv|atom)$/.test(url.pathname))
      .map((url) => url.pathname + url.search),
  );
}
