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
