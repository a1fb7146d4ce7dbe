// Every page of every role, found by following links from the first page, in light and
// dark: axe finds nothing, nothing scrolls sideways, shifts, complains or lies over
// something else, targets are large enough, and the chosen colours are there on the first
// byte.
import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { accountWith } from '../fixtures/accounts.js';
import { signIn } from '../fixtures/doors.js';
import { axeFindings, bringAxe, roomFaults, watch } from '../fixtures/looks.js';

const SCHOOL_ROLES = ['student', 'teacher', 'guardian', 'school_admin', 'data_protection_lead'];
const MOST_PAGES = 30;
/** Pages of one kind differ by what stands on them; one of each is looked at. */
const MOST_OF_A_KIND = 2;
const SIGNED_OUT = ['/sign-in', '/sign-in?done=welcome&school=BRACK', '/no/such/page', '/invitation/unknown', '/set-up',
  '/contact', '/privacy', '/privacy?for=child', '/privacy/cookies', '/privacy/retention', '/trust', '/trust/childrens-code',
  '/privacy/providers', '/privacy/transfer', '/privacy/history', '/terms', '/mailbox', '/unsubscribe/unknown', '/badge', '/shell',
  '/install', '/accessibility', '/settings/reading', '/design', '/design/form'];

interface Look {
  readonly theme: 'light' | 'dark';
  readonly widths: readonly number[];
}

/**
 * Each page is loaded twice: wide in light colours, and in dark ones at the first of these
 * widths. What shifts is seen at the width that a page is loaded at.
 */
const looksAt = (...narrower: readonly number[]): readonly Look[] => [
  { theme: 'light', widths: [1280] },
  { theme: 'dark', widths: narrower },
];
const AS_ON_A_TELEPHONE = looksAt(390, 820);
const AS_ON_A_TABLET = looksAt(820, 390);

// Both schools have every kind of page: each kind is loaded at every width.
for (const [school, looks] of [['BRACK', AS_ON_A_TELEPHONE], ['ALDER', AS_ON_A_TABLET]] as const) {
  for (const role of SCHOOL_ROLES) {
    test(`every page of a ${role.replaceAll('_', ' ')} of ${school} looks finished`, async ({ context }) => {
      test.setTimeout(240_000);
      await signIn(await context.newPage(), accountWith(school, role));
      expect(await crawl(context, '/home', looks)).toEqual([]);
    });
  }
}

test('every page of the operator looks finished', async ({ context }) => {
  test.setTimeout(120_000);
  await signIn(await context.newPage(), accountWith('OPERATOR', 'operator'));
  expect(await crawl(context, '/home')).toEqual([]);
});

test('every page before somebody signs in looks finished', async ({ context }) => {
  test.setTimeout(120_000);
  const problems: string[] = [];
  const look = await looker(context, AS_ON_A_TELEPHONE);
  for (const path of SIGNED_OUT) {
    problems.push(...(await look(path)).problems);
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
async function crawl(context: BrowserContext, start: string, looks = AS_ON_A_TELEPHONE): Promise<string[]> {
  const look = await looker(context, looks);
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
    const found = await look(path);
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

async function looker(context: BrowserContext, looks: readonly Look[]): Promise<(path: string) => Promise<Seen>> {
  await bringAxe(context);
  const page = await context.newPage();
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const complaints = await watch(page);
  return async (path) => {
    const problems: string[] = [];
    for (const look of looks) {
      const found = await looked(page, path, look, complaints);
      problems.push(...found.map((what) => `${path} in ${look.theme}: ${what}`));
    }
    return { problems, links: await linksOn(page) };
  };
}

async function looked(page: Page, path: string, { theme, widths }: Look, complaints: () => Promise<string[]>): Promise<string[]> {
  const [first = 1280, ...others] = widths;
  await page.setViewportSize({ width: first, height: 900 });
  await page.emulateMedia({ colorScheme: theme });
  await page.context().addCookies([{ name: 'theme', value: theme, url: String(process.env.BASE_URL) }]);
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
  // The page for "no network" is the same for everybody: it follows the device, or what a
  // student has kept there to read.
  if (path !== '/shell' && (await page.locator('html').getAttribute('data-theme')) !== theme) {
    problems.push('has other colours than were chosen');
  }
  const headings = await page.locator('h1').count();
  if (headings !== 1) {
    problems.push(`has ${headings} main headings`);
  }
  problems.push(...(await axeFindings(page)), ...(await narrowed(page, first)));
  for (const width of others) {
    await page.setViewportSize({ width, height: 900 });
    problems.push(...(await narrowed(page, width)));
  }
  return problems;
}

async function narrowed(page: Page, width: number): Promise<string[]> {
  return (await roomFaults(page)).map((what) => `at ${width} px ${what}`);
}

async function linksOn(page: Page): Promise<string[]> {
  return page.locator('a[href]:not([download])').evaluateAll((links) =>
    links
      .map((link) => new URL((link as HTMLAnchorElement).href))
      .filter((url) => url.origin === location.origin && !/^\/files\/|\.(csv|atom)$/.test(url.pathname))
      .map((url) => url.pathname + url.search),
  );
}
