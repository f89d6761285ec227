import fc from 'fast-check';
import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsentEvent, deriveConsent } from '../../../core/consents/deriveConsent.ts';
import { type ConsentChange, recordConsent, recordConsents } from '../../../core/index.ts';
import { type Kit, openKit } from '../campaigns/campaignKit.ts';

const states = fc.constantFrom('granted' as const, 'denied' as const, 'unknown' as const);
const event: fc.Arbitrary<ConsentEvent> = fc.oneof(
  fc.record({
    source: fc.constant('keyword' as const),
    state: fc.constantFrom('granted' as const, 'denied' as const),
    evidenceId: fc.uuid(),
  }),
  fc.record({ source: fc.constant('member' as const), state: states, evidenceId: fc.uuid() }),
  fc.record({ source: fc.constant('import' as const), state: states, evidenceId: fc.constantFrom('file1', 'file2') }),
  fc.record({ source: fc.constant('undo' as const), state: states, evidenceId: fc.constantFrom('file1', 'file2') }),
);

describe('the state derived from the ledger', () => {
  it.each<[string, ConsentEvent[], string, boolean]>([
    ['nothing', [], 'unknown', false],
    ['a file grants', [e('import', 'granted')], 'granted', false],
    ['STOP after a grant', [e('import', 'granted'), e('keyword', 'denied')], 'denied', true],
    ['STOP, START', [e('import', 'granted'), e('keyword', 'denied'), e('keyword', 'granted')], 'granted', false],
    ['START of someone unknown', [e('keyword', 'granted')], 'granted', false],
    ['a file after STOP', [e('keyword', 'denied'), e('import', 'granted')], 'denied', true],
    ['a member after STOP', [e('keyword', 'denied'), e('member', 'granted')], 'denied', true],
    [
      'START after a member noted a refusal',
      [e('member', 'denied'), e('keyword', 'denied'), e('keyword', 'granted')],
      'denied',
      false,
    ],
    ['a file after a refusal in a file', [e('import', 'denied'), e('import', 'granted', 'f2')], 'denied', false],
    ['an undone grant', [e('import', 'granted'), e('undo', 'unknown')], 'unknown', false],
    [
      'STOP, then the file is undone',
      [e('import', 'granted'), e('keyword', 'denied'), e('undo', 'unknown')],
      'denied',
      true,
    ],
  ])('%s', (_, events, state, stopped) => {
    expect(deriveConsent(events)).toEqual({ state, stopped, held: false });
  });

  it('after a STOP is denied whatever comes, until START', () => {
    const other = event.filter(({ source, state }) => !(source === 'keyword' && state === 'granted'));
    fc.assert(
      fc.property(fc.array(event), fc.array(other), (before, after) => {
        const ledger = [...before, e('keyword', 'denied'), ...after];
        expect(deriveConsent(ledger)).toEqual({ state: 'denied', stopped: true, held: false });
      }),
    );
  });

  it('is never raised from denied by a file', () => {
    fc.assert(
      fc.property(fc.array(event), (ledger) => {
        fc.pre(deriveConsent(ledger).state === 'denied');
        expect(deriveConsent([...ledger, e('import', 'granted', 'new')]).state).toBe('denied');
      }),
    );
  });
});

/** What happens to an address, as people would tell it. */
type Happening =
  | { kind: 'stop' | 'start' | 'block' | 'confirm' | 'decline' | 'doubt' | 'doubtYes' | 'doubtNo' }
  | { kind: 'file' | 'undoFile'; file: string; yes: boolean }
  | { kind: 'refusedByMember' };
const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('stop', 'start', 'block', 'confirm', 'decline', 'doubt', 'doubtYes', 'doubtNo'),
  }) as fc.Arbitrary<Happening>,
  fc.record({
    kind: fc.constantFrom('file', 'undoFile'),
    file: fc.constantFrom('f1', 'f2', 'f3'),
    yes: fc.boolean(),
  }) as fc.Arbitrary<Happening>,
  fc.constant<Happening>({ kind: 'refusedByMember' }),
);

/** A plain model: what was said for good, beneath a STOP and a doubt, with files that can be taken out again. */
function model(double: boolean, story: readonly Happening[]): { may: boolean; stopped: boolean; held: boolean } {
  const undone = new Set(story.flatMap((one) => (one.kind === 'undoFile' ? [one.file] : [])));
  const seen = new Set<string>();
  let opinion: 'none' | 'noted' | 'yes' | 'no' = 'none';
  let [stopped, held] = [false, false];
  for (const one of story) {
    if (one.kind === 'stop' || one.kind === 'block') [stopped, held] = [true, false];
    if (one.kind === 'start') {
      [stopped, held] = [false, false];
      if (opinion === 'none' || (opinion === 'noted' && !double)) opinion = double ? 'noted' : 'yes';
    }
    if (one.kind === 'confirm' && opinion === 'noted') opinion = 'yes';
    if (one.kind === 'decline' && opinion === 'noted') opinion = 'none';
    if (one.kind === 'doubt') held = !stopped;
    if (one.kind === 'doubtNo') held = false;
    if (one.kind === 'doubtYes') [stopped, held] = [true, false];
    if (one.kind === 'refusedByMember') opinion = 'no';
    if (one.kind === 'file' && !undone.has(one.file) && !seen.has(`${one.file} ${one.yes}`)) {
      if (!one.yes) opinion = 'no';
      else if (opinion === 'none') opinion = double ? 'noted' : 'yes';
    }
    if (one.kind === 'file') seen.add(`${one.file} ${one.yes}`);
  }
  return { may: opinion === 'yes' && !stopped && !held, stopped, held };
}

function rowOf(double: boolean, one: Happening, at: number): ConsentEvent {
  const granted = double ? 'pending' : 'granted';
  switch (one.kind) {
    case 'stop':
      return e('keyword', 'denied', `m${at}`);
    case 'start':
      return e('keyword', granted, `m${at}`);
    case 'block':
      return e('block', 'denied', `m${at}`);
    case 'confirm':
      return e('confirmation', 'granted', `m${at}`);
    case 'decline':
      return e('confirmation', 'denied', `m${at}`);
    case 'doubt':
      return e('doubt', 'unknown', `m${at}`);
    case 'doubtYes':
      return e('doubt', 'denied', `m${at}`);
    case 'doubtNo':
      return e('doubt', 'granted', `m${at}`);
    case 'refusedByMember':
      return e('member', 'denied', `m${at}`);
    case 'file':
      return e('import', one.yes ? granted : 'denied', one.file);
    case 'undoFile':
      return e('undo', 'unknown', one.file);
    default:
      return one satisfies never;
  }
}

function e(source: ConsentEvent['source'], state: ConsentEvent['state'], evidenceId = 'f1'): ConsentEvent {
  return { source, state, evidenceId };
}

describe('recordConsent', () => {
  let kit: Kit;
  beforeAll(async () => {
    kit = await openKit();
  });
  afterAll(() => kit.close());

  it('leaves the customer in the state that a replay of the ledger gives, in order and at once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 8 }), fc.boolean(), async (events, atOnce) => {
        await kit.clear();
        const [customer] = await kit.addCustomers(1, () => ({ marketing: 'unknown' }));
        const address = customer?.addresses[0]?.key;
        if (!customer || !address) throw new Error('no customer');
        const changes = events.map(
          (one): ConsentChange => ({ ...one, customerId: customer._id, address, topic: 'marketing', words: 'x' }),
        );
        if (atOnce) await Promise.all(changes.map((change) => recordConsent(kit.core, kit.shop._id, change)));
        else for (const change of changes) await recordConsent(kit.core, kit.shop._id, change);
        const ledger = await kit.core.db.consents.find({ address }).sort({ seq: 1 }).toArray();
        const held = (await kit.core.db.customers.findOne({ _id: customer._id }))?.addresses[0];
        expect({ state: held?.marketing, stopped: held?.stopped ?? false, held: held?.held ?? false }).toEqual(
          deriveConsent(ledger),
        );
      }),
      { numRuns: 30 },
    );
  });

  it('agrees with a plain model on whether anything may be sent, once and twice asked', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 1, maxLength: 12 }), fc.boolean(), async (story, double) => {
        await kit.clear();
        const [customer] = await kit.addCustomers(1, () => ({ marketing: 'unknown' }));
        const address = customer?.addresses[0]?.key;
        if (!customer || !address) throw new Error('no customer');
        const held = { customerId: customer._id, address, topic: 'marketing', words: 'x' } as const;
        const rows = story.map((one, at): ConsentChange => ({ ...held, ...rowOf(double, one, at) }));
        await recordConsents(kit.core, kit.shop._id, rows);
        const now = (await kit.core.db.customers.findOne({ _id: customer._id }))?.addresses[0];
        const state = { may: now?.marketing === 'granted', stopped: now?.stopped === true, held: now?.held === true };
        expect(state).toEqual(model(double, story));
      }),
      { numRuns: 60 },
    );
  });

  it('counts the same evidence once and never changes a row', async () => {
    await kit.clear();
    const [customer] = await kit.addCustomers(1);
    const address = customer?.addresses[0]?.key ?? 'sms:';
    const change: ConsentChange = {
      customerId: customer?._id ?? new Types.ObjectId(),
      address,
      topic: 'marketing',
      state: 'denied',
      source: 'keyword',
      words: 'STOP',
      evidenceId: 'message 1',
    };
    expect(await recordConsents(kit.core, kit.shop._id, [change, change])).toBe(1);
    expect(await recordConsent(kit.core, kit.shop._id, { ...change, words: 'other' })).toBe(false);
    expect(await kit.core.db.consents.find({ address }).toArray()).toMatchObject([{ words: 'STOP', state: 'denied' }]);
  });
});
