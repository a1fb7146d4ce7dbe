// The rules of the outbox without a browser: they are cut out of public/js/offline.js as they
// stand there, and played with a tablet, a server and a clock that do what they like.
// What has to hold is asked a million times: `expect` would note each.
import { deepEqual, equal, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from '@playwright/test';

interface Item {
  readonly id: number;
  readonly slot: string;
  readonly kind: 'draft' | 'hand_in';
  readonly files: number;
  readonly at: number;
  readonly state: 'kept' | 'posted' | 'received' | 'needs_you';
  readonly tries: number;
  readonly next: number;
  readonly seq?: number;
}

interface Rules {
  readonly LONGEST_WAIT: number;
  readonly POST_TAKES: number;
  nextNumber(items: readonly Item[]): number;
  waits(item: Item, now: number): boolean;
  nextOf(items: readonly Item[], now: number, atOnce: boolean, tried: ReadonlySet<number>): Item | undefined;
  standsFor(newer: Pick<Item, 'slot' | 'kind'>, one: Item, mine: ReadonlySet<number>): boolean;
  named(mine: ReadonlySet<number>, neverSent: ReadonlySet<number>): number[];
  answered(item: Item, status: number, now: number, chance: number): Item;
}

const script = readFileSync(new URL('../../public/js/offline.js', import.meta.url), 'utf8');
const [, lines = ''] = /\n\/\/ -+ Rules -+\n([\s\S]*?)\n\/\/ -+ Databases -+\n/.exec(script) ?? [];
const names = ['LONGEST_WAIT', 'POST_TAKES', 'nextNumber', 'waits', 'nextOf', 'standsFor', 'named', 'answered'];
const rules = new Function(`${lines}\nreturn { ${names.join(', ')} };`)() as Rules;

/** The same numbers for the same seed (mulberry32). */
function chances(seed: number): () => number {
  let at = seed;
  return () => {
    at = (at + 0x6d2b79f5) | 0;
    let drawn = Math.imul(at ^ (at >>> 15), at | 1);
    drawn ^= drawn + Math.imul(drawn ^ (drawn >>> 7), drawn | 61);
    return ((drawn ^ (drawn >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A window on the tablet: what it sealed or showed, the item whose words each field has, and what it sends just now. */
interface Tab {
  mine: Set<number>;
  isShell: boolean;
  readonly fields: Map<string, number>;
  readonly sending: Set<number>;
}

const DAY = 24 * 60 * 60_000;
const REFUSALS = [400, 413, 422];
const FAILURES = [0, 503, ...REFUSALS];

/** One tablet with two windows that two students use in turn, and the server that it sends to. */
class Story {
  private readonly outbox = new Map<number, Item>();
  private readonly made: Item[] = [];
  /** Which newer words an item gave way to. */
  private readonly gaveWay = new Map<number, number>();
  /** What was in the field when an item was written. */
  private readonly before = new Map<number, number>();
  /** What the next page for no network shows of each work: the last words, and what they go on from. */
  private readonly words = new Map<string, { readonly id: number; readonly after: readonly number[] }>();
  private readonly receipts = new Set<number>();
  private readonly wasRefused = new Set<number>();
  /** What the server did, in its order. */
  private readonly done: number[] = [];
  private now = 1_000 * DAY;
  private student = 'first';
  private readonly windows: Tab[] = [this.opened(), this.opened()];

  constructor(private readonly chance: () => number) {}

  private one<Thing>(things: readonly Thing[]): Thing {
    return things[Math.floor(this.chance() * things.length)] as Thing;
  }

  private opened(): Tab {
    return { mine: new Set(), isShell: false, fields: new Map(), sending: new Set() };
  }

  /** As `keep` in the script does it, in one transaction. */
  private keep(at: Tab): void {
    const there = [...this.outbox.values()];
    const item: Item = {
      id: this.made.length,
      slot: `${this.student} ${this.one(['essay', 'map'])}`,
      kind: this.one<Item['kind']>(['draft', 'draft', 'hand_in']),
      files: this.one([0, 0, 0, 1]),
      at: this.now,
      state: at.isShell ? 'kept' : this.one<Item['state']>(['kept', 'kept', 'posted']),
      tries: 0,
      next: 0,
      seq: rules.nextNumber(there),
    };
    this.made.push(item);
    this.outbox.set(item.id, item);
    const shown = at.fields.get(item.slot);
    if (shown !== undefined) {
      this.before.set(item.id, shown);
    }
    for (const one of there) {
      if (!at.sending.has(one.id) && rules.standsFor(item, one, at.mine)) {
        deepEqual([one.slot, one.files], [item.slot, 0], 'only words give way, and to words of the same work');
        ok(this.goesOnFrom(item.id, one.id), 'words that no field showed do not give way');
        this.gaveWay.set(one.id, item.id);
        this.outbox.delete(one.id);
      } else if (one.slot === item.slot && one.state === 'posted') {
        this.outbox.set(one.id, { ...one, state: 'kept' });
      }
    }
    at.mine.add(item.id);
    const after = [...at.mine].filter((id) => this.made[id]?.slot === item.slot);
    at.fields.set(item.slot, item.id);
    // Where there is no room for them the last words are sealed, and no page shows them.
    if (this.chance() < 0.8) {
      this.words.set(item.slot, { id: item.id, after });
    }
  }

  /** Whether what was in the field when the one was written came of the other. */
  private goesOnFrom(newer: number, older: number): boolean {
    let last = this.before.get(newer);
    while (last !== undefined && last !== older) {
      last = this.before.get(last);
    }
    return last === older;
  }

  /** The server does a thing once for each key, whoever brings it and how often. */
  private arrive(item: Item): void {
    if (!this.done.includes(item.id)) {
      this.done.push(item.id);
    }
  }

  /** As `flush` and `deliver` do it, with a network that fails as it likes. */
  private flush(at: Tab, atOnce: boolean, fails: number): void {
    const tried = new Set<number>();
    for (;;) {
      const next = rules.nextOf([...this.outbox.values()], this.now, atOnce, tried);
      if (!next) {
        return;
      }
      ok(!this.receipts.has(next.id), 'nothing goes again after its receipt');
      ok(rules.waits(next, this.now), 'what needs somebody does not go by itself');
      ok(!tried.has(next.id), 'nothing goes twice in one turn');
      tried.add(next.id);
      const begun = { ...next, tries: next.tries + 1 };
      this.outbox.set(next.id, begun);
      at.sending.add(next.id);
      // Somebody goes on writing meanwhile, in this window or in the other.
      if (fails > 0 && this.chance() < 0.2) {
        this.keep(this.one(this.windows));
      }
      const status = this.chance() < fails ? this.one(FAILURES) : 200;
      // Of an answer that is lost nobody knows whether it was one.
      if (status === 200 || (status === 0 && this.chance() < 0.5)) {
        this.arrive(next);
      }
      at.sending.delete(next.id);
      const after = rules.answered(begun, status, this.now, this.chance());
      equal(after.state === 'needs_you', REFUSALS.includes(status), 'the school alone refuses');
      ok(after.next > this.now && after.next <= this.now + rules.LONGEST_WAIT, 'the next try is soon, and not at once');
      if (after.state === 'received') {
        this.receipts.add(next.id);
        this.outbox.delete(next.id);
      } else if (this.outbox.has(next.id)) {
        if (after.state === 'needs_you') {
          this.wasRefused.add(next.id);
        }
        this.outbox.set(next.id, after);
      }
    }
  }

  /** What was refused is tried again, when somebody says so. */
  private again(): void {
    for (const item of this.outbox.values()) {
      if (item.state === 'needs_you') {
        this.outbox.set(item.id, { ...item, state: 'kept', next: 0 });
      }
    }
  }

  private turn(at: Tab): void {
    at.mine = new Set();
    at.fields.clear();
    at.isShell = this.chance() < 0.3;
    // The page for no network shows one work, with the words that were kept to read.
    const slot = `${this.student} ${this.one(['essay', 'map'])}`;
    const shown = at.isShell ? this.words.get(slot) : undefined;
    if (shown) {
      at.mine = new Set(shown.after);
      at.fields.set(slot, shown.id);
    }
  }

  step(): void {
    const at = this.one(this.windows);
    this.now += Math.floor(this.chance() * 2_000);
    const doing = this.chance();
    if (doing < 0.45) {
      this.keep(at);
    } else if (doing < 0.75) {
      this.flush(at, this.chance() < 0.5, 0.6);
    } else if (doing < 0.8 && this.made.length > 0) {
      // Another tablet brings the same, from a saved file.
      const item = this.one(this.made);
      if (this.receipts.has(item.id)) {
        this.arrive(item);
      }
    } else if (doing < 0.86) {
      this.now += Math.floor((this.chance() - 0.5) * 20 * DAY);
    } else if (doing < 0.9) {
      this.again();
    } else if (doing < 0.96) {
      this.turn(at);
    } else {
      this.student = this.student === 'first' ? 'second' : 'first';
      this.windows.forEach((window) => this.turn(window));
    }
    this.nothingIsLost();
    this.nothingWaitsForDays();
  }

  /** The network is good, and every refusal was settled. */
  end(): void {
    this.now += rules.POST_TAKES * 2 + 20 * DAY;
    this.again();
    this.flush(this.windows[0] as Tab, true, 0);
    deepEqual([...this.outbox.keys()], [], 'everything is at the server');
    this.nothingIsLost();
    for (const slot of new Set(this.made.map((item) => item.slot))) {
      const order = this.done.filter((id) => this.made[id]?.slot === slot && !this.wasRefused.has(id));
      deepEqual(order, [...order].sort((a, b) => a - b), `the order of ${slot}`);
    }
    equal(new Set(this.done).size, this.done.length, 'nothing is done twice');
  }

  /** Each thing is on the tablet, or at the server, or in newer words that are. */
  private nothingIsLost(): void {
    for (const item of this.made) {
      let last = item.id;
      for (let newer = this.gaveWay.get(last); newer !== undefined; newer = this.gaveWay.get(last)) {
        ok(newer > last, 'older words never stand for newer ones');
        last = newer;
      }
      ok(this.outbox.has(last) || (this.receipts.has(last) && this.done.includes(last)), `item ${item.id} is lost`);
    }
  }

  /** Whatever becomes of the clock, the oldest of each work is tried within five minutes. */
  private nothingWaitsForDays(): void {
    const items = [...this.outbox.values()];
    const heads = new Map<string, Item>();
    for (const item of items.filter((one) => rules.waits(one, this.now)).sort((a, b) => Number(a.seq) - Number(b.seq))) {
      heads.set(item.slot, heads.get(item.slot) ?? item);
    }
    for (const head of heads.values()) {
      const goes = [0, rules.LONGEST_WAIT + 1].map((later) => rules.nextOf([head], this.now + later, false, new Set()));
      ok(goes.includes(head), 'it waits for days');
    }
  }
}

test('whatever becomes of network, clock, windows and students, everything arrives once, in its order, with its files', () => {
  for (let seed = 1; seed <= 2_000; seed += 1) {
    const story = new Story(chances(seed));
    try {
      for (let step = 0; step < 40; step += 1) {
        story.step();
      }
      story.end();
    } catch (error) {
      throw new Error(`with the seed ${seed}`, { cause: error });
    }
  }
});

test('words that are sealed hundreds of times without a network still name those that had left the tablet before', () => {
  const mine = new Set<number>();
  const neverSent = new Set<number>();
  let there: Item[] = [];
  /** As `keep` in the script does it; answers what the item names. */
  const seal = (id: number): number[] => {
    const named = rules.named(mine, neverSent);
    mine.add(id);
    const item: Item = { id, slot: 'essay', kind: 'draft', files: 0, at: id, state: 'kept', tries: 0, next: 0, seq: rules.nextNumber(there) };
    const gone = there.filter((one) => rules.standsFor(item, one, mine));
    gone.filter(({ tries }) => tries === 0).forEach((one) => neverSent.add(one.id));
    there = [...there.filter((one) => !gone.includes(one)), item];
    return named;
  };
  seal(0);
  seal(1);
  // It was sent, and whether it arrived nobody heard.
  there = there.map((one) => rules.answered({ ...one, tries: 1 }, 0, 1, 0));
  for (let id = 2; id <= 400; id += 1) {
    const named = seal(id);
    ok(named.includes(1), `what was sent, by the words ${id}`);
    equal(named.at(-1), id - 1, 'the words before, last of all');
    ok(named.length < 100, 'no more than are read');
  }
  deepEqual(there.map(({ id }) => id), [400]);
});
