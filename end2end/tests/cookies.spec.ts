// What a browser keeps: for each role no more than the page about cookies lists; and where
// third parties are set up, no and yes alike, and a choice that nobody can make up.
import { execFileSync } from 'node:child_process';
import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { accountWith } from '../fixtures/accounts.js';
import { signIn } from '../fixtures/doors.js';
import { coveredStops } from '../fixtures/focus.js';
import { withFreshServer } from '../fixtures/server.js';

const ROLES = [
  ['BRACK', 'student'],
  ['BRACK', 'teacher'],
  ['BRACK', 'guardian'],
  ['BRACK', 'school_admin'],
  ['BRACK', 'data_protection_lead'],
  ['OPERATOR', 'operator'],
] as const;
const MOST_PAGES = 12;

for (const [school, role] of ROLES) {
  test(`a browser keeps nothing that is not in the register: ${role.replaceAll('_', ' ')}`, async ({ context }) => {
    test.setTimeout(120_000);
    const page = await context.newPage();
    const register = await registered(page);
    await signIn(page, accountWith(school, role));
    await crawl(page);
    const kept = await keptBy(context, page);
    expect(kept.length).toBeGreaterThan(1);
    expect(kept.filter((name) => !register.has(name))).toEqual([]);
  });
}

test('a browser keeps nothing that is not in the register: visitor', async ({ context }) => {
  const page = await context.newPage();
  const register = await registered(page);
  for (const path of ['/trust', '/privacy', '/terms', '/install', '/contact', '/sign-in', '/badge']) {
    await page.goto(path);
  }
  expect((await keptBy(context, page)).filter((name) => !register.has(name))).toEqual([]);
});

/** Names that the page about cookies lists: those of a row with several are told apart. */
async function registered(page: Page): Promise<Set<string>> {
  await page.goto('/privacy/cookies');
  const names = await page.locator('table tbody th').allTextContents();
  expect(names.length).toBeGreaterThan(8);
  return new Set(names.flatMap((name) => name.split(/,| and /)).map((name) => name.replace(/\(.*\)/, '').trim()));
}

/** Opens pages by following links of our own from the first page, with scripts on. */
async function crawl(page: Page): Promise<void> {
  const waiting = ['/home', '/settings', '/my-data'];
  const known = new Set(waiting);
  let seen = 0;
  for (let path = waiting.shift(); path !== undefined && seen < MOST_PAGES; path = waiting.shift()) {
    await page.goto(path);
    seen += 1;
    const links = await page.locator('main a[href^="/"]:not([download])').evaluateAll((all) => all.map((a) => a.getAttribute('href') ?? ''));
    for (const link of links.map((href) => href.split('#')[0] ?? '')) {
      if (!known.has(link) && !/\.(csv|json|jsonld|jws|atom)$/.test(link) && !link.startsWith('/leaving')) {
        known.add(link);
        waiting.push(link);
      }
    }
  }
}

/** Every cookie, and the name of everything in the page's own storage. */
async function keptBy(context: BrowserContext, page: Page): Promise<string[]> {
  const cookies = (await context.cookies()).map((cookie) => cookie.name);
  const stored = await page.evaluate(async () => {
    const databases = (await indexedDB.databases()).map((database) => database.name ?? '');
    // A student's database carries their own id behind "u:", the empty page's cache its version.
    const named = databases.map((name) => (name.startsWith('u:') ? 'u:...' : name));
    const caches = 'caches' in window ? await window.caches.keys() : [];
    const shells = caches.map((name) => name.replace(/^shell-[0-9a-f]+$/, 'shell'));
    return [...Object.keys(localStorage), ...Object.keys(sessionStorage), ...named, ...shells];
  });
  return [...new Set([...cookies, ...stored])];
}

test('no and yes look alike, no comes first by the keyboard, and nothing is set before', async ({ browser }) => {
  await withThirdParties(async (origin) => {
    const context = await browser.newContext({ baseURL: origin });
    const page = await context.newPage();
    await page.goto('/terms');
    const [no, yes] = [page.getByRole('button', { name: 'Reject all' }), page.getByRole('button', { name: 'Accept all' })];
    const looks = async (button: typeof no): Promise<Record<string, string>> =>
      button.evaluate((element) => {
        const style = getComputedStyle(element);
        const of = ['color', 'backgroundColor', 'fontSize', 'fontWeight', 'fontFamily', 'height', 'paddingLeft', 'paddingRight',
          'borderTopWidth', 'borderTopColor', 'borderTopStyle', 'borderTopLeftRadius', 'opacity', 'textDecorationLine', 'boxShadow'] as const;
        return Object.fromEntries(of.map((name) => [name, style[name]]));
      });
    expect(await looks(no)).toEqual(await looks(yes));
    const [noBox, yesBox] = [await no.boundingBox(), await yes.boundingBox()];
    expect(noBox?.height).toBe(yesBox?.height);
    expect(await context.cookies()).toEqual([]);
    // By the keyboard from the top of the page: no is met before yes, and Enter is enough.
    const met: string[] = [];
    for (let key = 0; key < 200 && !met.includes('Accept all'); key += 1) {
      await page.keyboard.press('Tab');
      const words = await page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');
      if (words === 'Reject all' || words === 'Accept all') {
        met.push(words);
      }
    }
    expect(met).toEqual(['Reject all', 'Accept all']);
    await no.focus();
    await page.keyboard.press('Enter');
    await expect(no).toBeHidden();
    expect((await context.cookies()).map((cookie) => cookie.name)).toEqual(['consent_choice']);
    await context.close();
  });
});

test('the question covers nothing that has the focus', async ({ browser }) => {
  test.setTimeout(120_000);
  await withThirdParties(async (origin) => {
    const context = await browser.newContext({ baseURL: origin, viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' });
    const page = await context.newPage();
    for (const path of ['/terms', '/trust']) {
      await page.goto(path);
      await expect(page.getByRole('button', { name: 'Reject all' })).toBeVisible();
      expect(await coveredStops(page), path).toEqual([]);
    }
    await context.close();
  });
});

test('a choice that was tampered with is none, and the record of choices holds', async ({ browser }) => {
  await withThirdParties(async (origin) => {
    const context = await browser.newContext({ baseURL: origin });
    // Nothing of this test leaves the machine, whatever the page would load.
    await context.route((url) => url.origin !== origin, (route) => route.abort());
    const page = await context.newPage();
    const loads = async (): Promise<boolean> =>
      (await (await page.goto('/trust'))?.headerValue('content-security-policy') ?? '').includes('googletagmanager');
    await page.goto('/trust');
    await page.getByRole('button', { name: 'Reject all' }).click();
    await expect(page.getByRole('button', { name: 'Reject all' })).toBeHidden();
    expect(await loads()).toBe(false);
    const [refused] = await context.cookies();
    if (!refused) {
      throw new Error('no choice was kept');
    }
    // The words of a yes under the seal of a no.
    const parts = refused.value.split('.');
    const forged = [...parts.slice(0, 4), 'analytics', parts.at(-1)].join('.');
    await context.addCookies([{ ...refused, value: forged }]);
    expect(await loads()).toBe(false);
    await expect(page.getByRole('button', { name: 'Reject all' })).toBeVisible();
    await page.getByRole('button', { name: 'Accept all' }).click();
    expect(await loads()).toBe(true);
    await context.close();
  });
});

/** A server of its own with one third party set up and in the register; afterwards its records are read again. */
async function withThirdParties(use: (origin: string) => Promise<void>): Promise<void> {
  const command = (folder: string, ...given: string[]): void => {
    const env = { ...process.env, CLASSIMIZE_DATA: folder };
    execFileSync(process.env.CLASSIMIZE_BIN ?? '', given, { env, stdio: 'ignore' });
  };
  const name = 'Google Analytics';
  const prepare = (folder: string): void => {
    command(folder, 'provider', 'propose', '--name', name, '--purpose', 'analytics', '--role', 'controller', '--kinds', 'device',
      '--subjects', 'visitors', '--policy', 'https://policies.google.com/privacy', '--contract', 'C-9',
      '--clauses', 'instructions,confidentiality,security,subprocessors,rights,assistance,deletion,audits');
    command(folder, 'provider', 'activate', name);
  };
  const settings = { CLASSIMIZE_ANALYTICS_ID: 'G-TEST123' };
  await withFreshServer(async ({ origin, folder }) => {
    await use(origin);
    command(folder, 'verify-ledger');
  }, { settings, prepare });
}
