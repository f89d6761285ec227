import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldLabel, sayLeaf, sayRule } from '../../bot/ruleWords.ts';
import { translator } from '../../bot/translate.ts';
import { fieldsOf, KadeError, LANGUAGES, type Language, parseQuery, parseRule, type Rule } from '../../core/index.ts';
import { ALL_PAIRS, anyLeafOf, anyRule, CUSTOM } from '../core/segments/rule/anyRule.ts';

const context = (language: Language) => ({ t: translator(language), currency: 'LKR', customFields: CUSTOM });
const say = (query: string, language: Language = 'en') =>
  sayRule(context(language), parseQuery(query, { currency: 'LKR', customFields: CUSTOM })).replace(/\u00a0/g, ' ');

const ENGLISH: [query: string, sentence: string][] = [
  [
    'total_spent > 50k and not bought "red saree" within 90d and (city = Kandy or tag = vip)',
    'Customers whose total spend is more than Rs 50,000.00 and who did not buy “red saree” in the last 90 days and (whose city is “Kandy” or whose tags include “vip”).',
  ],
  ['all', 'All customers.'],
  [
    'not (city = Kandy or all)',
    'Customers who are not among those (whose city is “Kandy” or who are customers at all).',
  ],
  ['city != Kandy', 'Customers whose city is not “Kandy” (or not known).'],
  [
    'bought tea at least 3 times spend > 5k within 90d',
    'Customers who bought “tea” at least 3 times for more than Rs 5,000.00 in all in the last 90 days.',
  ],
  [
    'not bought category tea exactly 1 times',
    'Customers who are not among those (who bought from the category “tea” exactly 1 time).',
  ],
  ['last_purchase_at before 90d ago', 'Customers whose last purchase falls at least 90 days ago.'],
  ['last_purchase_at before 1 october', 'Customers whose last purchase falls before the latest 1 Oct.'],
  ['last_purchase_at missing', 'Customers who have never bought.'],
  ['birthday in october', 'Customers whose birthday falls in Oct.'],
  ['created_at in october 2025', 'Customers whose day of joining falls in Oct 2025.'],
  ['created_at in 2026-01-01..yesterday', 'Customers whose day of joining falls from 1 Jan 2026 to yesterday.'],
  ['churn_probability between 0.7 and 90%', 'Customers whose probability of staying away is between 70% and 90%.'],
  ['consent.sms = granted', 'Customers whose consent to marketing by SMS is given.'],
  ['rfm_segment in (champions, at_risk)', 'Customers whose value segment is one of Champions, At risk.'],
  ['not sample 10% seed spring', 'Customers who are not among those (who are in the random 10% named “spring”).'],
  [
    'segment = "big spenders" for 30d',
    'Customers who have been in the segment “big spenders” since at least 30 days ago.',
  ],
];

describe('a rule in words', () => {
  it.each(ENGLISH)('%s', (query, sentence) => {
    expect(say(query)).toBe(sentence);
  });

  it('is one sentence in Sinhala and in Tamil', () => {
    const query = 'total_spent > 50k and not bought "red saree" within 90d and (city = Kandy or tag = vip)';
    expect(say(query, 'si')).toBe(
      'මෙවැනි ගනුදෙනුකරුවන්: මුළු වියදම Rs 50,000.00 ට වඩා වැඩියි සහ පසුගිය දින 90 තුළ “red saree” මිලදී ගෙන නැත සහ (නගරය: “Kandy” හෝ ටැග් අතර “vip” ඇත).',
    );
    expect(say(query, 'ta')).toBe(
      'இப்படிப்பட்ட வாடிக்கையாளர்கள்: மொத்தச் செலவு Rs 50,000.00 ஐ விட அதிகம் மற்றும் கடந்த 90 நாட்களில் “red saree” வாங்கவில்லை மற்றும் (நகரம்: “Kandy” அல்லது குறிச்சொற்கள்: “vip” உண்டு).',
    );
  });

  it.each(LANGUAGES)('shows in %s what stands in what', (language) => {
    const readings = [
      'city = a and (city = b or city = c)',
      '(city = a and city = b) or city = c',
      'not (city = a and city = b)',
      'not city = a and city = b',
      'not (city = a or city = b) and city = c',
      'not ((city = a or city = b) and city = c)',
    ];
    expect(new Set(readings.map((query) => say(query, language))).size).toBe(readings.length);
  });

  it.each(LANGUAGES)('has a template in %s for every field, operator, period and date', (language) => {
    const words = context(language);
    for (const [spec, op] of ALL_PAIRS) {
      for (const leaf of fc.sample(anyLeafOf(spec, op), { numRuns: 8, seed: 4 }))
        expectWords(sayLeaf(words, leaf), leaf);
    }
    const labels = [...fieldsOf(CUSTOM).values()].map((spec) => fieldLabel(words.t, spec));
    expect(new Set(labels).size).toBe(labels.length);
    for (const label of labels) expect(label).not.toContain('rule.');
  });

  it('has no raw placeholder and nothing undefined, whatever the rule', () => {
    fc.assert(
      fc.property(anyRule, fc.constantFrom(...LANGUAGES), (rule, language) => {
        const sentence = sayRule(context(language), rule);
        expectWords(sentence, rule);
        expect(sentence.endsWith('.')).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('shows the shop’s own words as they are, on one line', () => {
    expect(say('tag in ("{{name}}", "$t(menu.text)", "a\\"b")')).toBe(
      'Customers whose tags include one of “{{name}}”, “$t(menu.text)”, “a"b”.',
    );
    const hidden: Rule = { field: 'city', op: 'eq', value: 'Kandy\u202e\u200b' };
    expect(sayRule(context('en'), hidden)).toBe('Customers whose city is “Kandy”.');
  });
});

describe('what is refused', () => {
  const lines = [
    ...[
      '',
      'citi = x',
      'city = a b',
      'age > x',
      'age > 500',
      'age between 9 and 3',
      'gender = x',
      '(all',
      'city = "a',
      'city',
    ],
    ...[
      'bought tea within x',
      'bought tea at least 3',
      'created_at before x',
      'sample 5',
      'tag in x',
      'all !',
      'spent x',
    ],
    ...['bought tea at least 0 times', 'bought tea spend > -1', 'total_spent > 0.001', `${'not '.repeat(20)}all`],
    ...['total_spent between 5', 'city = ""', 'sample 500% seed x', Array(300).fill('all').join(' or ')],
  ];
  const rules = [null, { and: [] }, { $where: 1 }, { field: 'x' }, { field: 'city', op: '$ne', value: 1 }];
  const refusals = [
    ...lines.map((line) => () => parseQuery(line, { currency: 'LKR' })),
    ...rules.map((rule) => () => parseRule(rule)),
  ];

  it.each(LANGUAGES)('is told in %s, with what should stand there', (language) => {
    const t = translator(language);
    for (const refused of refusals) {
      let caught: unknown;
      try {
        refused();
      } catch (error) {
        caught = error;
      }
      expect(caught).toBeInstanceOf(KadeError);
      const { code, params } = caught as KadeError;
      const words = t(`error.${code}`, params);
      expect(words).not.toMatch(/\{\{|\$t\(|undefined|(?:error|rule)\.[a-z]/);
      expect(words.endsWith('.')).toBe(true);
    }
  });
});

/** Words, and no key or parameter of a text; what the rule itself holds may look like one. */
function expectWords(words: string, from: object): void {
  expect(words).not.toMatch(/undefined|NaN|\[object|(?:rule|segment|channel|gender|interaction|customer)\.[a-z]/);
  if (!JSON.stringify(from).includes('{{')) expect(words).not.toContain('{{');
  expect(words).not.toMatch(/^ | {2}| $/);
}
