import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KadeError } from '../../../core/errors.ts';
import { VALUE_SEGMENTS } from '../../../core/segments/rfm.ts';
import { AGE_BANDS, ageBandName, segmentFilter } from '../../../core/segments/segmentFilter.ts';

const now = new Date('2026-11-21T04:30:00Z');
const day = (iso: string) => new Date(`${iso}T00:00:00Z`);

describe('a segment’s key', () => {
  it('selects by one indexed field', () => {
    expect(segmentFilter('all', now)).toEqual({});
    for (const name of VALUE_SEGMENTS) expect(segmentFilter(`value:${name}`, now)).toEqual({ 'value.segment': name });
    expect(segmentFilter('value:none', now)).toEqual({ 'figures.totalSpent': 0, 'figures.orderCount': 0 });
    expect(segmentFilter('preference:lunch-bag', now)).toEqual({ preference: 'preference:lunch-bag' });
    expect(segmentFilter('demographic:gender:female', now)).toEqual({ gender: 'female' });
  });

  it('takes a city as it is written, whatever it is', () => {
    for (const city of ['Kandy', 'නුවර එළිය', '$where', 'a.b', 'x:y', '"; drop', '{"$ne":null}', 'Champions']) {
      expect(segmentFilter(`demographic:city:${city}`, now)).toEqual({ city });
    }
  });

  it('reckons ages by the clock: the 25th birthday is today, the 35th tomorrow', () => {
    expect(segmentFilter('demographic:age:25-34', now)).toEqual({
      birthday: { $gt: day('1991-11-21'), $lte: day('2001-11-21') },
    });
    expect(segmentFilter('demographic:age:65+', now)).toEqual({ birthday: { $lte: day('1961-11-21') } });
  });

  it('gives every birthday up to today one band', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 110 * 365 }), (daysAgo) => {
        const birthday = new Date(day('2026-11-21').getTime() - daysAgo * 24 * 3600_000);
        const bands = AGE_BANDS.filter((band) => {
          const { birthday: range } = segmentFilter(`demographic:age:${ageBandName(band)}`, now) as {
            birthday: { $gt?: Date; $lte: Date };
          };
          return birthday <= range.$lte && (!range.$gt || birthday > range.$gt);
        });
        expect(bands).toHaveLength(1);
      }),
    );
  });

  it('that is not known is refused, and no text makes an operator', () => {
    for (const key of [
      '',
      'value:',
      'value:$ne',
      'value:champions:x',
      'nonsense',
      'preference:',
      'demographic:age:1-2',
    ]) {
      expect(() => segmentFilter(key, now)).toThrow(KadeError);
    }
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `demographic:${text}`),
        ),
        (key) => {
          try {
            for (const field of Object.keys(segmentFilter(key, now))) expect(field.startsWith('$')).toBe(false);
          } catch (error) {
            expect((error as KadeError).code).toBe('segment_not_found');
          }
        },
      ),
    );
  });
});
