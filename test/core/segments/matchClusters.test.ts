import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchClusters } from '../../../core/segments/matchClusters.ts';

const former = [
  { name: 'tea', centre: [1, 0, 0] },
  { name: 'saree', centre: [0, 1, 0] },
  { name: 'soap', centre: [0, 0, 1] },
];

describe('clusters of a new run', () => {
  it('keep the name of the former cluster they are nearest to, in whatever order they come', () => {
    const moved = [
      [0.1, 0, 0.9],
      [0.9, 0.2, 0],
      [0.1, 0.8, 0.1],
    ];
    expect(matchClusters(former, moved)).toEqual(['soap', 'tea', 'saree']);
  });

  it('get no name twice: the nearer of two keeps it', () => {
    const parted = [
      [0.7, 0.3, 0.3],
      [0.95, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ];
    expect(matchClusters(former, parted)).toEqual([null, 'tea', 'saree', 'soap']);
  });

  it('are new ones where nothing alike was there', () => {
    expect(matchClusters(former, [[-1, -1, -1]])).toEqual([null]);
    expect(matchClusters([], [[1, 0, 0]])).toEqual([null]);
  });

  it('that are the same ones have the same names', () => {
    const centre = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(fc.uniqueArray(centre, { minLength: 1, maxLength: 8, selector: String }), (centres) => {
        const named = centres.map((one, index) => ({ name: `n${index}`, centre: one }));
        expect(matchClusters(named, centres)).toEqual(named.map(({ name }) => name));
      }),
    );
  });
});
