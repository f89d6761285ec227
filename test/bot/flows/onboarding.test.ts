import { afterEach, describe, expect, it } from 'vitest';
import { type House, openHouse } from '../../house.ts';

describe('onboarding', () => {
  let house: House;
  afterEach(() => house.close());

  it('asks name, country and language, then offers three ways to begin', async () => {
    house = await openHouse({ ready: false });
    const [welcome] = await house.transcript();
    expect(welcome?.text).toContain('What is your shop called?');
    expect(welcome?.text).toContain('ඔබේ කඩේ නම කුමක්ද?');
    const [country] = await house.say("Amma's Sarees");
    expect(country?.text).toContain("Amma's Sarees");
    const replies = await house.tap('Sri Lanka');
    expect(replies[0]?.text).toBe('Sri Lanka: money in LKR, phones +94, time zone Asia/Colombo.');
    expect(replies[1]?.choices?.map((choice) => choice.label)).toEqual(['English', 'සිංහල', 'தமிழ்']);
    const [ready] = await house.tap('English');
    expect(ready?.text).toContain("Amma's Sarees is ready");
    expect(ready?.choices).toHaveLength(3);
    const shop = await house.kade.core.db.shops.findOne({});
    expect(shop).toMatchObject({ name: "Amma's Sarees", currency: 'LKR', timeZone: 'Asia/Colombo', ready: true });
  });

  it('takes any country by name, asks for the zone where there are several, and goes on in Tamil', async () => {
    house = await openHouse({ ready: false });
    await house.say('Main Street');
    const [unknown] = await house.say('Atlantis');
    expect(unknown?.text).toContain('I do not know the country “Atlantis”');
    const replies = await house.say('Australia');
    expect(replies[0]?.text).toContain('AUD');
    await house.tap('Australia/Sydney');
    const [ready] = await house.tap('தமிழ்');
    expect(ready?.text).toContain('தயார்');
    expect(await house.kade.core.db.shops.findOne({})).toMatchObject({
      country: 'AU',
      timeZone: 'Australia/Sydney',
      language: 'ta',
    });
  });

  it('answers a file before the shop is set up, and help at any time', async () => {
    house = await openHouse({ ready: false });
    const [file] = await house.send('sales.csv', 'a,b\n1,2\n');
    expect(file?.text).toContain('not set up yet');
    const [help] = await house.say('help');
    expect(help?.text).toBeTruthy();
    const [asked] = await house.say('Corner Shop');
    expect(asked?.text).toContain('Which country');
  });

  it('keeps names that look like templates or commands as names', async () => {
    house = await openHouse({ ready: false });
    const [reply] = await house.say('{{shop}} $t(menu.text) =1+1');
    expect(reply?.text).toContain('{{shop}} $t(menu.text) =1+1');
  });

  it('lets a second member in by a code that works once', async () => {
    house = await openHouse();
    await house.say('invite');
    const [reply] = await house.tap('viewer');
    const code = /: ([A-Z2-9]{8})/.exec(reply?.text ?? '')?.[1] ?? '';
    const { signIn } = await import('../../../core/index.ts');
    const { member } = await signIn(house.kade.core, code.toLowerCase());
    expect(member.role).toBe('viewer');
    await expect(signIn(house.kade.core, code)).rejects.toMatchObject({ code: 'code_wrong' });
    const [refused] = await house.say('invite', member.addresses[0]);
    expect(refused?.text).toContain('needs the role owner');
  });
});
