import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withOptOut } from '../../../core/campaigns/optOutLine.ts';
import { parseTemplate, renderTemplate } from '../../../core/campaigns/template.ts';

const shop = { name: 'Saman Stores' };
const render = (text: string, person: { name?: string; city?: string }) =>
  renderTemplate(parseTemplate(text), person, shop);

describe('a campaign’s text', () => {
  it.each<[string, { name?: string; city?: string }, string | null]>([
    ['Hi {first_name|friend}', { name: 'Nimal Perera' }, 'Hi Nimal'],
    ['Hi {first_name|friend}', {}, 'Hi friend'],
    ['Hi {first_name|friend}', { name: '  ' }, 'Hi friend'],
    ['Hi {first_name|}!', {}, 'Hi !'],
    ['Hi {first_name}', {}, null],
    ['Hi {First Name | dear friend }', {}, 'Hi dear friend'],
    ['Hi {{ name }}', { name: 'Nimal Perera' }, 'Hi Nimal Perera'],
    ['Hi {first_name|x}', { name: 'Mr. Nimal Perera' }, 'Hi Nimal'],
    ['Hi {first_name|x}', { name: 'Dr' }, 'Hi x'],
    ['{shop} in {city|your town}', {}, 'Saman Stores in your town'],
    ['ආයුබෝවන් {මුල්_නම|යාළුවා}', { name: 'නිමල් පෙරේරා' }, 'ආයුබෝවන් නිමල්'],
    ['வணக்கம் {பெயர்|நண்பரே}', {}, 'வணக்கம் நண்பரே'],
    ['Hi {name|x}', { name: '{first_name}' }, 'Hi {first_name}'],
    ['Hi {name|x}', { name: '{{x}}' }, 'Hi {{x}}'],
    ['Hi {name|x}', { name: '$where\nSTOP' }, 'Hi $where STOP'],
    ['a lone { stays', {}, 'a lone { stays'],
    ['so does }', {}, 'so does }'],
  ])('%s for %o', (text, person, expected) => {
    expect(render(text, person)).toBe(expected);
  });

  it.each(['{nickname}', '{}', '{ and }', '{{x}}', '{constructor}', '{first_name2|a}'])(
    'names the unknown field in %s',
    (text) => {
      expect(() => parseTemplate(text)).toThrow(expect.objectContaining({ code: 'template_unknown_field' }));
    },
  );

  it('never reads what people are called as a template', () => {
    const hostile = fc.string({
      unit: fc.constantFrom('{', '}', '|', 'first_name', 'name', 'shop', '$', 'a', ' '),
      maxLength: 12,
    });
    fc.assert(
      fc.property(hostile, hostile, (name, city) => {
        const text = render('<{name|N}><{city|C}>', { name, city });
        const tidy = (value: string, otherwise: string) =>
          [...value.replace(/\s+/g, ' ').trim()].slice(0, 60).join('') || otherwise;
        expect(text).toBe(`<${tidy(name, 'N')}><${tidy(city, 'C')}>`);
      }),
    );
  });

  it('reads any text or names what it does not know', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          expect(typeof render(text, { name: 'a', city: 'b' })).toBe('string');
        } catch (error) {
          expect(error).toMatchObject({ code: 'template_unknown_field' });
        }
      }),
    );
  });
});

describe('the way out', () => {
  it.each([
    ['Sale today', 'Sale today\nReply STOP to opt out'],
    ['අද විශේෂ දීමනා', 'අද විශේෂ දීමනා\nඑපා නම් STOP එවන්න'],
    ['இன்று சலுகை', 'இன்று சலுகை\nவேண்டாமெனில் STOP அனுப்பவும்'],
    ['Sale. Reply STOP to end', 'Sale. Reply STOP to end'],
    ['To unsubscribe send stop', 'To unsubscribe send stop'],
    ['Non-stop music', 'Non-stop music\nReply STOP to opt out'],
    ['STOP! Sale today', 'STOP! Sale today\nReply STOP to opt out'],
    ['Our bus stops here', 'Our bus stops here\nReply STOP to opt out'],
  ])('stands in %j', (text, expected) => {
    expect(withOptOut(text)).toBe(expected);
  });
});
