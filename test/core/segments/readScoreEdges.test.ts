import { describe, expect, it } from 'vitest';
import { readScoreEdges } from '../../../core/segments/readScoreEdges.ts';

describe('four bounds as typed', () => {
  it('are read however they are parted', () => {
    for (const text of ['30 60 120 240', '30, 60, 120, 240', '30,60,120,240', '30/60/120/240', ' 30;60; 120 ; 240 ']) {
      expect([text, readScoreEdges(text, 'recency', 'LKR')]).toEqual([text, [30, 60, 120, 240]]);
    }
    expect(readScoreEdges('௩௦ ௬௦ ௧௨௦ ௨௪௦', 'recency', 'LKR')).toEqual([30, 60, 120, 240]);
  });

  it('are money in minor units, with thousands, signs and k', () => {
    const minor = [500_000, 2_000_000, 5_000_000, 10_000_000];
    expect(readScoreEdges('5k, 20k, 50k, 100k', 'money', 'LKR')).toEqual(minor);
    expect(readScoreEdges('Rs 5,000 Rs 20,000 Rs 50,000 Rs 1,00,000', 'money', 'LKR')).toEqual(minor);
    expect(readScoreEdges('1k 2k 3k 4k', 'money', 'JPY')).toEqual([1000, 2000, 3000, 4000]);
  });

  it.each([
    ['30 60 120', 'three'],
    ['30 60 120 240 480', 'five'],
    ['30 60 60 240', 'equal'],
    ['240 120 60 30', 'falling'],
    ['0 1 2 3', 'nothing'],
    ['1.5 2 3 4', 'a fraction'],
    ['-5 2 3 4', 'below zero'],
    ['1 2 3 1e300', 'endless'],
    ['many', 'no number'],
    ['{"$gt":1} 2 3 4', 'an operator'],
  ])('refuse %s (%s)', (text) => {
    expect(() => readScoreEdges(text, 'frequency', 'LKR')).toThrow('edges_unreadable');
  });
});
