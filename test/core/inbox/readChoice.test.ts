import { expect, test } from 'vitest';
import { readChoice } from '../../../core/inbox/readChoice.ts';

const choices = ['📄 Send a file', 'වාර්තාව', 'Report', 'Last 30 days'].map((label, index) => ({
  id: `c${index}`,
  label,
}));

test.each([
  ['1', 'c0'],
  [' #2 ', 'c1'],
  ['3.', 'c2'],
  ['(4)', 'c3'],
  ['3. Report', 'c2'],
  ['report!', 'c2'],
  ['send a file', 'c0'],
  ['වාර්තාව', 'c1'],
  ['last 30 days', 'c3'],
  ['5', undefined],
  ['0', undefined],
  ['30', undefined],
  ['report please', undefined],
  ['👍', undefined],
  ['', undefined],
])('%j names %s', (text, id) => {
  expect(readChoice(text, choices)?.id).toBe(id);
});

test('a label that is a number goes before the place in the list; two of the same words are none', () => {
  const sizes = ['2', '1', 'Big', 'big'].map((label, index) => ({ id: `s${index}`, label }));
  expect(readChoice('2', sizes)?.id).toBe('s0');
  expect(readChoice('big', sizes)).toBeNull();
});
