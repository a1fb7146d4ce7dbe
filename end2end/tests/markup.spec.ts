// The HTML of every page, as it is sent, for everybody who may see it: browsers repair what
// is wrong without a word, and islands then do not find what they look for.
import { expect, test } from '@playwright/test';
import { markupFaults } from '../fixtures/markup.js';
import { type Reader, READERS, Visitor } from '../fixtures/readers.js';
import { sights } from '../fixtures/routeTable.js';
import { findThings, type Things } from '../fixtures/things.js';

let thingsOf: (reader: Reader) => Things;

test.beforeAll(async () => {
  thingsOf = await findThings();
});

for (const reader of READERS) {
  test(`the HTML of every route as ${reader.replaceAll('_', ' ')} is valid`, async () => {
    test.setTimeout(120_000);
    const visitor = await Visitor.as(reader);
    const faults: string[] = [];
    for (const { address, seenBy } of sights()) {
      if (seenBy.includes(reader)) {
        const path = address(thingsOf(reader));
        const { body } = await visitor.ask(path);
        faults.push(...(await markupFaults(body)).map((fault) => `${path}: ${fault}`));
      }
    }
    await visitor.leave();
    expect(faults).toEqual([]);
  });
}

/** Forms that are sent with mistakes, most of them empty, so that the page comes back with what is wrong. */
const WRONG: readonly [Reader, (things: Things) => string, Record<string, string>?][] = [
  ['nobody', () => '/sign-in'],
  ['nobody', () => '/contact'],
  ['student', () => '/my-data'],
  ['teacher', ({ classroom }) => `/classrooms/${classroom}/assignments/new`],
  ['teacher', ({ classroom }) => `/classrooms/${classroom}/consents`],
  ['teacher', ({ submission }) => `/submissions/${submission}/mark`, { points: 'many' }],
  ['school_admin', () => '/people/new'],
  ['school_admin', () => '/school/details'],
  ['data_protection_lead', () => '/school/privacy/new'],
  ['data_protection_lead', () => '/school/privacy/breaches'],
];

test('the HTML of a form that comes back with its mistakes is valid', async () => {
  const faults: string[] = [];
  for (const [reader, address, form] of WRONG) {
    const visitor = await Visitor.as(reader);
    const path = address(thingsOf(reader));
    const { status, body } = await visitor.tryTo(path, form);
    expect(status, path).toBe(422);
    faults.push(...(await markupFaults(body)).map((fault) => `${path}: ${fault}`));
    await visitor.leave();
  }
  expect(faults).toEqual([]);
});

/** Each way of saying no. */
const NO: readonly [Reader, string, number][] = [
  ['nobody', '/no/such/page', 404],
  ['nobody', '/home', 401],
  ['student', '/no/such/page', 404],
  ['student', '/people', 404],
  ['teacher', '/school/details', 404],
];

test('the HTML of a page that says no is valid', async () => {
  for (const [reader, path, refusal] of NO) {
    const visitor = await Visitor.as(reader);
    const { status, body } = await visitor.ask(path);
    expect(status, `${path} as ${reader}`).toBe(refusal);
    expect(await markupFaults(body), `${path} as ${reader}`).toEqual([]);
    await visitor.leave();
  }
});

test('what a browser would repair is told as a fault', async () => {
  const around = (words: string): string =>
    `<!DOCTYPE html><html lang="en-GB"><head><title>A page</title></head><body><main><h1>A page</h1>${words}</main></body></html>`;
  expect(await markupFaults(around('<p>All is well.</p>'))).toEqual([]);
  const repaired = [
    '<p>A block <div>in a paragraph</div></p>',
    '<ul><p>No entry of a list</p></ul>',
    '<table><div>Beside its cells</div></table>',
    '<section><h2>Never closed</h2>',
    '<p>Closed twice</p></p>',
    '<a href="/a">A link <a href="/b">in a link</a></a>',
    '<button type="button">A button <button type="button">in a button</button></button>',
    '<form method="post" action="/a"><form method="post" action="/b"></form></form>',
    '<p id="twice"></p><p id="twice"></p>',
    '<p class="one" class="two">Two classes</p>',
    '<img src="/a.png">',
    '<h3>A level is left out</h3>',
  ];
  for (const words of repaired) {
    expect(await markupFaults(around(words)), words).not.toEqual([]);
  }
});
