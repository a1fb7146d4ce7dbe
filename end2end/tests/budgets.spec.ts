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
const WRITING: Budget = { html: 14, total: 130 };
const MARKING: Budget = { html: 25, total: 275 };
/** Every promise stands on it with the test that proves it: it grows with what is kept. */
const TRUST = { html: 28, total: 42, totalOfStudent: 54 };
/** Everything that is done with data stands on it, with the risks: it is read once a year, and printed. */
const ASSESSMENT: Budget = { html: 12, total: 26 };
/** Every part in every state; schools do not meet it. */
const GALLERY: Budget = { html: 14, total: 30 };
/** Badges as they are printed: each has a square that no other has (decision 0034). */
const PRINTED_BADGES: Budget = { html: 30, total: 42 };
/** So many badges it is for. The demo has six; what one adds is measured and counted on. */
const A_CLASS = 30;
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

test('the badges of a class of thirty, on one page to print, weigh no more than they may', async () => {
  const teacher = await Visitor.as('primary_teacher');
  const path = `/classrooms/${thingsOf('primary_teacher').badged}/badges`;
  const { body } = await teacher.ask(path);
  const people = [...new Set([...body.matchAll(/\/print\?person=([\w-]+)/g)].map(([, person]) => String(person)))];
  expect(people.length, 'students with a badge').toBeGreaterThan(3);
  const all = await weigh(teacher, `${path}/print`);
  const one = await weigh(teacher, `${path}/print?person=${people[0]}`);
  await teacher.leave();
  const further = ((all.html - one.html) / (people.length - 1)) * (A_CLASS - people.length);
  expect((all.html + further) / KB, 'HTML').toBeLessThanOrEqual(PRINTED_BADGES.html);
  expect((total(all) + further) / KB, 'all').toBeLessThanOrEqual(PRINTED_BADGES.total);
});

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
    case '/design':
      return isStudent ? STUDENT : GALLERY;
    case '/school/privacy/assessment':
      return ASSESSMENT;
    case '/shell':
      return WORKSPACE;
    case '/classrooms/{id}/badges/print':
      return PRINTED_BADGES;
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
