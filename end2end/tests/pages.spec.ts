// Every page of every role, found by following links from the first page, in light and
// dark: axe finds nothing, nothing scrolls sideways, shifts, complains or lies over
// something else, targets are large enough, and the chosen colours are there on the first
// byte. A crawl ends after some pages, and what it leaves has to stand in the table of
// routes.spec.ts.
import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { accountWith } from '../fixtures/accounts.js';
import { movesAsItArrives } from '../fixtures/arrival.js';
import { signInByRequest } from '../fixtures/doors.js';
import { axeFindings, bringAxe, choose, firstByteFaults, ledElsewhere, roomFaults, type Theme, watch, wear } from '../fixtures/looks.js';
import { isInTable } from '../fixtures/routeTable.js';
import { findThingsOnce } from '../fixtures/things.js';

const MOST_PAGES = 30;
/** Pages of one kind differ by what stands on them; one of each is looked at. */
const MOST_OF_A_KIND = 2;
const HEIGHT = 900;
/** What routes.spec.ts does not look at as nobody, or not with a service worker, and what each answers. */
const SIGNED_OUT = [
  ['/sign-in?done=welcome&school=BRACK', 200],
  ['/no/such/page', 404],
  ['/invitation/unknown', 409],
  ['/set-up', 404],
  ['/privacy?for=child', 200],
  ['/unsubscribe/unknown', 404],
  ['/badge', 200],
  ['/shell', 200],
] as const;

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
const ON_A_TABLET = 2;

/** With which look a role's pages begin in each school, and how many it finds: `/more` alone lists about so many. */
const CRAWLS = [
  { role: 'student', first: { BRACK: AT_A_DESK, ALDER: ON_A_TABLET }, least: 25 },
  { role: 'teacher', first: { BRACK: ON_A_TABLET, ALDER: AT_A_DESK }, least: 25 },
  { role: 'guardian', first: { BRACK: ON_A_TELEPHONE, ALDER: AT_A_DESK }, least: 23 },
  { role: 'school_admin', first: { BRACK: AT_A_DESK, ALDER: ON_A_TABLET }, least: 30 },
  { role: 'data_protection_lead', first: { BRACK: ON_A_TABLET, ALDER: ON_A_TELEPHONE }, least: 30 },
] as const;

// The first page of a kind is loaded in the look that its role begins with in its school, the
// second in the next. So a page that students, teachers or admins alone have is loaded as at a
// desk in one school and as on a tablet in the other, and by routes.spec.ts as on a telephone;
// what guardians or leads have as well is loaded as on a telephone here, too.
for (const school of ['BRACK', 'ALDER'] as const) {
  for (const { role, first, least } of CRAWLS) {
    test(`every page of a ${role.replaceAll('_', ' ')} of ${school} looks finished`, async ({ context }) => {
      test.setTimeout(240_000);
      await signInByRequest(context, accountWith(school, role));
      await crawl(context, first[school], least);
    });
  }
}

test('every page of the operator looks finished', async ({ context }) => {
  test.setTimeout(120_000);
  await signInByRequest(context, accountWith('OPERATOR', 'operator'));
  await crawl(context, ON_A_TELEPHONE, 20);
});

test('every page before somebody signs in looks finished', async ({ context }) => {
  test.setTimeout(120_000);
  const problems: string[] = [];
  const look = await looker(context);
  for (const [at, [path, status]] of SIGNED_OUT.entries()) {
    problems.push(...(await look(path, at, status)).problems);
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

/**
 * Follows every link of our own from the first page: nothing is wrong on the way, and at least
 * so many pages are there. What is left is told in the report.
 */
async function crawl(context: BrowserContext, first: number, least: number): Promise<void> {
  const look = await looker(context);
  const problems: string[] = [];
  const kinds = new Map<string, number>();
  const waiting = ['/home'];
  const known = new Set(waiting);
  const left: string[] = [];
  let seen = 0;
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    const kind = kindOf(path);
    const before = kinds.get(kind) ?? 0;
    if (before >= MOST_OF_A_KIND) {
      continue;
    }
    kinds.set(kind, before + 1);
    if (seen === MOST_PAGES) {
      left.push(path);
      continue;
    }
    seen += 1;
    const found = await look(path, first + before);
    problems.push(...found.problems);
    const fresh = found.links.filter((link) => !known.has(link));
    fresh.forEach((link) => known.add(link));
    waiting.push(...fresh);
  }
  test.info().annotations.push({ type: 'left to routes.spec.ts', description: left.join(', ') });
  const inNeither = left.filter((path) => !isInTable(path));
  problems.push(...inNeither.map((path) => `${path}: is left, and stands in no line of the table of routes`));
  expect(problems).toEqual([]);
  expect(seen).toBeGreaterThanOrEqual(least);
}

/** Addresses that differ only in ids and in what was searched for are of one kind. */
function kindOf(path: string): string {
  return path.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ':id').replaceAll(/=[^&]*/g, '');
}

/** What is asked for, and what it has to answer. */
interface Asked {
  readonly path: string;
  readonly status: number;
}

interface Seen {
  readonly problems: string[];
  readonly links: string[];
}

/** Looks at one page after the other, each in the look that is at this place when they are counted through. */
async function looker(context: BrowserContext): Promise<(path: string, at: number, status?: number) => Promise<Seen>> {
  await bringAxe(context);
  const page = await context.newPage();
  const complaints = await watch(page);
  return async (path, at, status = 200) => {
    const look = LOOKS[at % LOOKS.length] ?? LOOKS[0];
    const { problems: found, links } = await looked(page, { path, status }, look, complaints);
    const problems = found.map((what) => `${path} in ${look.theme} at ${look.widths[0]} px: ${what}`);
    return { problems, links };
  };
}

async function looked(page: Page, asked: Asked, look: Look, complaints: () => Promise<string[]>): Promise<Seen> {
  const { path } = asked;
  const [theme, other] = look.theme === 'light' ? (['light', 'dark'] as const) : (['dark', 'light'] as const);
  const [width, second, third] = look.widths;
  // The page for "no network" is the same for everybody: it follows the device, or what a
  // student has kept there to read.
  const isChosen = path !== '/shell';
  await page.setViewportSize({ width, height: HEIGHT });
  await page.emulateMedia({ colorScheme: theme });
  await choose(page.context(), theme);
  const { problems, links, worn } = await loaded(page, asked, complaints);
  if (isChosen && worn !== theme) {
    problems.push('has other colours than were chosen');
  }
  problems.push(...(await axeFindings(page)), ...(await roomFaults(page)), ...(await movesAsItArrives(page)));

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
  return { problems, links };
}

/** What a page has once it stands there. */
interface Stands extends Seen {
  readonly worn: string | null;
}

/** Loads a page and gives what was wrong until it stood there. */
async function loaded(page: Page, { path, status }: Asked, complaints: () => Promise<string[]>): Promise<Stands> {
  const answer = await page.goto(path);
  // The page for "no network" shows itself once it knows who reads.
  if (path === '/shell') {
    await page.locator('main').waitFor();
  }
  // Asked at once and without a finder, for which each page would be given a script of its own.
  const { isShown, hasIsland, headings, worn, links } = await page.evaluate(() => ({
    isShown: document.querySelector('main')?.checkVisibility() ?? false,
    hasIsland: document.querySelector('leptos-island') !== null,
    headings: document.querySelectorAll('h1').length,
    worn: document.documentElement.getAttribute('data-theme'),
    links: [...document.querySelectorAll<HTMLAnchorElement>('a[href]:not([download])')]
      .map(({ href }) => new URL(href))
      .filter(({ origin, pathname }) => origin === location.origin && !/^\/files\/|\.(csv|atom)$/.test(pathname))
      .map(({ pathname, search }) => pathname + search),
  }));
  if (hasIsland) {
    await page.waitForLoadState('networkidle');
  }
  const problems = [...(await complaints()), ...ledElsewhere(page, path)];
  if (answer?.status() !== status) {
    problems.push(`answers ${answer?.status()}`);
  }
  if (headings !== 1) {
    problems.push(`has ${headings} main headings`);
  }
  if (!isShown) {
    problems.push('shows nothing');
  }
  return { problems, links, worn };
}
