import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AddressKey, verifyEvidence } from '../../../core/index.ts';
import { type House, openHouse } from '../../house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

it('an owner gets a pack that anyone can check, and a seal over the whole ledger', async () => {
  const from: AddressKey = 'sms:+94771112223';
  const { core } = house.kade;
  for (const text of ['START', 'stop please', 'START']) await house.say(text, from);
  const answer = await house.say('evidence 0771112223');
  expect(answer[0]?.text).toContain('3 rows of the ledger');
  const pack = await readFile(core.files.path(answer[0]?.file?.id ?? ''), 'utf8');
  expect(verifyEvidence(pack)).toEqual({ rows: 3, addresses: 1, flaws: [] });
  expect(JSON.parse(pack).messages.map(({ text }: { text: string }) => text)).toEqual([
    'START',
    'stop please',
    'START',
  ]);

  const altered = (change: (rows: { words: string; state: string }[]) => void): string => {
    const copy = JSON.parse(pack);
    change(copy.consents);
    return JSON.stringify(copy);
  };
  const broken = [
    altered(([, stop]) => Object.assign(stop ?? {}, { words: 'go on' })),
    altered(([, stop]) => Object.assign(stop ?? {}, { state: 'granted' })),
    altered((rows) => rows.splice(1, 1)),
    altered((rows) => rows.reverse()),
    pack.replace('"text": "stop please"', '"text": "go on"'),
    pack.slice(0, -20),
    '{}',
  ];
  expect(broken.map((text) => verifyEvidence(text).flaws.length > 0)).toEqual(broken.map(() => true));

  const sound = await house.say('verify consents');
  expect(sound[0]?.text).toMatch(
    /^All 3 rows of the consent ledger, 1 addresses, are as they were written.*[0-9a-f]{64}$/su,
  );
  await core.db.consents.updateOne({ address: from, seq: 2 }, { $set: { state: 'granted' } });
  expect((await house.say('verify consents'))[0]?.text).toContain(`${from}: row 2 was changed.`);
});
