// What may be sent, in KB of 1,024 bytes, compressed: every page for everybody who may see
// it, and what a tablet keeps for work without a network. The built files have budgets of
// their own in xtask/src/site.rs; what a browser loads of itself is counted in assets.spec.
import { expect, test } from '@playwright/test';
import { type Reader, READERS, Visitor } from '../fixtures/readers.js';
import { sights } from '../fixtures/routeTable.js';
import { findThings, type Things } from '../fixtures/things.js';
import { bytesSent, cookiesOf, KB, total, weigh } from '../fixtures/weight.js';

interface Budget {
  readonly html: number;
  readonly total: number;
}

/** Pages that need no WASM, for everybody but students. */
const PLAIN: Budget = { html: 8, total: 22 };
/** A student's pages bring the script for work without a network. */
const STUDENT: Budget = { html: 14, total: 130 };
/** Pages with an island. */
const WRITING: Budget = { html: 14, total: 200 };
const MARKING: Budget = { html: 25, total: 275 };
/** Every promise stands on it with the test that proves it: it grows with what is kept. */
const TRUST = { html: 24, total: 38, totalOfStudent: 50 };
/** The page for work without a network. */
const WORKSPACE: Budget = { html: 20, total: 180 };

const INSTALL_PACK = 400;
const CLASS_PACK = 600;
const SERVICE_WORKER = 4;

let thingsOf: (reader: Reader) => Things;

test.beforeAll(async () => {
  thingsOf = await findThings();
});

for (const reader of READERS) {
  test(`no page of ${reader.replaceAll('_', ' ')} weighs more than it may`, async () => {
    const visitor = await Visitor.as(reader);
    const tooHeavy: string[] = [];
    for (const { route, address, seenBy } of sights()) {
      if (seenBy.includes(reader)) {
        const weight = await weigh(visitor, address(thingsOf(reader)));
        const budget = budgetOf(route, reader);
        const hasWasm = [...weight.files.keys()].some((name) => name.endsWith('.wasm'));
        const [html, whole] = [weight.html / KB, total(weight) / KB];
        if (html > budget.html || whole > budget.total || hasWasm !== hasIsland(budget)) {
          const wasm = hasWasm ? 'with' : 'without';
          tooHeavy.push(`${route}: HTML ${html.toFixed(1)} of ${budget.html}, all ${whole.toFixed(1)} of ${budget.total}, ${wasm} WASM`);
        }
      }
    }
    await visitor.leave();
    expect(tooHeavy).toEqual([]);
  });
}

test('what a tablet keeps to work without a network is small', async ({ page }) => {
  await page.goto('/sign-in');
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  const kept = await page.evaluate(async () => {
    const caches = await Promise.all((await globalThis.caches.keys()).map((name) => globalThis.caches.open(name)));
    const requests = (await Promise.all(caches.map((cache) => cache.keys()))).flat();
    return requests.map(({ url }) => new URL(url).pathname);
  });
  expect(kept).toContain('/shell');

  const student = await Visitor.as('student');
  const cookies = await cookiesOf(student);
  // The page where work is written comes with the WASM, which the browser keeps.
  const writing = await weigh(student, `/assignments/${thingsOf('student').assignment}`);
  const files = new Map([...writing.files, ...(await weighed([...new Set(kept), '/sw.js'], ''))]);
  const worker = Number(files.get('/sw.js'));
  expect(worker / KB, 'the service worker').toBeLessThanOrEqual(SERVICE_WORKER);
  const install = sum(files);
  expect(install / KB, 'shell, WASM and styles').toBeLessThanOrEqual(INSTALL_PACK);

  const pack = JSON.parse((await student.ask('/offline/pack')).body) as unknown;
  const ids = JSON.stringify(pack).match(/[0-9a-f]{8}-[0-9a-f-]{27}/g) ?? [];
  expect(ids.length, 'pieces of work in the pack').toBeGreaterThan(0);
  const work = sum(await weighed(['/offline/pack', ...ids.map((id) => `/offline/work/${id}`)], cookies));
  await student.leave();
  expect((install + work) / KB, 'all that, and the work of the next days').toBeLessThanOrEqual(CLASS_PACK);
});

function budgetOf(route: string, reader: Reader): Budget {
  const isStudent = reader === 'student' || reader === 'youngest';
  switch (route) {
    case '/trust':
      return { html: TRUST.html, total: isStudent ? TRUST.totalOfStudent : TRUST.total };
    case '/shell':
      return WORKSPACE;
    case '/submissions/{id}':
      return MARKING;
    case '/assignments/{id}':
      return isStudent ? WRITING : PLAIN;
    default:
      return isStudent ? STUDENT : PLAIN;
  }
}

function hasIsland(budget: Budget): boolean {
  return budget === WRITING || budget === MARKING;
}

async function weighed(paths: readonly string[], cookies: string): Promise<Map<string, number>> {
  return new Map(await Promise.all(paths.map(async (path): Promise<[string, number]> => [path, await bytesSent(path, cookies)])));
}

function sum(sizes: ReadonlyMap<string, number>): number {
  return [...sizes.values()].reduce((all, bytes) => all + bytes, 0);
}
