import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Keyword, readKeyword } from '../../../core/index.ts';

const TABLE: [Keyword | null, string[]][] = [
  [
    'stop',
    [
      'STOP',
      'stop',
      ' Stop. ',
      'STOP!!!',
      '🛑 STOP 🛑',
      'Stop please',
      'pls stop',
      'please stop now',
      'S T O P',
      'S.T.O.P',
      'STOPALL',
      'stop all',
      '/stop',
      '"STOP"',
      'ＳＴＯＰ',
      'UNSUBSCRIBE',
      'unsubscribe me please',
      'CANCEL',
      'END',
      'QUIT',
      'REVOKE',
      'OPTOUT',
      'opt-out',
      'Opt out',
      "don't text me",
      'Don’t text me anymore!',
      'do not send me any more messages',
      'stop sending me these messages',
      'stop texting me',
      'never message me again',
      'No more messages',
      'take me off your list',
      'leave me alone',
      'නවතන්න',
      'නවත්වන්න',
      'එපා',
      'එපා!',
      'මට එපා',
      'එවන්න එපා',
      'epa',
      'EPA',
      'mata epa',
      'nawathanna',
      'Nawatwanna',
      'நிறுத்து',
      'நிறுத்துங்கள்',
      'வேண்டாம்',
      'எனக்கு வேண்டாம்',
      'niruthu',
      'vendam',
      'Vendaam',
    ],
  ],
  ['start', ['START', 'start', 'Unstop', 'subscribe', 'opt in', 'අරඹන්න', 'patan ganna', 'தொடங்கு', 'thodangu']],
  ['help', ['HELP', 'help?', 'INFO', 'උදව්', 'තොරතුරු', 'udaw', 'உதவி', 'uthavi', 'தகவல்']],
  [
    'forget',
    [
      'FORGET ME',
      'forget me please',
      'Forget me!',
      'delete my data',
      'මාව අමතක කරන්න',
      'mawa amathaka karanna',
      'මගේ දත්ත මකන්න',
      'என்னை மறந்துவிடு',
      'ennai marandhu vidu',
    ],
  ],
  [
    null,
    [
      '',
      '   ',
      '👍',
      'hello',
      'thanks',
      'can I stop by tomorrow?',
      "don't stop the offers",
      'stopover',
      'cancel my order',
      'the end of the month is fine',
      'please send me the price',
      'yes',
      'start time of the sale?',
      'help me choose a gift',
      'forget it',
      'do not forget my order',
      'Mata epa kiyanne neha, ganna one',
      'stop '.repeat(100),
    ],
  ],
];

describe('readKeyword', () => {
  for (const [keyword, texts] of TABLE)
    for (const text of texts)
      it(`takes ${JSON.stringify(text.slice(0, 40))} for ${keyword ?? 'no keyword'}`, () => {
        expect(readKeyword(text)?.keyword ?? null).toBe(keyword);
      });

  it('tells the language of the words, romanised ones too', () => {
    expect(['STOP', 'එපා', 'epa', 'வேண்டாம்', 'vendam'].map((text) => readKeyword(text)?.language)).toEqual([
      'en',
      'si',
      'si',
      'ta',
      'ta',
    ]);
  });

  it('does not mind case, spacing, punctuation or emoji around any keyword', () => {
    const words = fc.constantFrom(
      ...TABLE.flatMap(([keyword, texts]) => (keyword ? texts.map((text) => ({ keyword, text })) : [])),
    );
    const noise = fc.string({
      unit: fc.constantFrom(' ', '.', '!', '?', '\n', '🙏', '❤️', '…', '"', '\u200d'),
      maxLength: 5,
    });
    fc.assert(
      fc.property(words, noise, noise, fc.boolean(), ({ keyword, text }, before, after, upper) => {
        const written = `${before} ${upper ? text.toUpperCase() : text} ${after}`;
        expect(readKeyword(written)?.keyword).toBe(keyword);
      }),
    );
  });

  it('answers for any text without throwing, and quickly for a very long one', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void readKeyword(text)));
    expect(readKeyword('stop '.repeat(20_000))).toBeNull();
  });
});
