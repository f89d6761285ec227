import type { Call } from './values.ts';

export interface Seen {
  call: Call;
  text: string;
  indexes: string;
  own: string;
  real: string;
  left: boolean;
  refused: boolean;
}

/** A difference that is understood; docs/database.md lists the same under "Known differences". */
export interface Known {
  what: string;
  /** `text` and `indexes`: the call and the collection's indexes as JSON; the answers as JSON too, and `left` set where they are what the collections hold afterwards, `refused` where the embedded database refused the call. */
  covers: (seen: Seen) => boolean;
}

/** Whether an answer is an error, of a bulk or another call. */
export const failed = (answer: string) => answer.startsWith('{"code":') || answer.startsWith('{"each":[{"index":{');
const codeOf = (answer: string) => Number(/"code":\{"\$numberInt":"(\d+)"/.exec(answer)?.[1] ?? 0);
/** The refusals in an answer, in a bulk's with the number of the write: `2:11000`. */
const refusalsOf = (answer: string) =>
  [...answer.matchAll(/(?:"index":\{"\$numberInt":"(\d+)"\},)?"code":\{"\$numberInt":"(\d+)"/g)].map(
    ([, index = '', code = '']) => `${index}:${code}`,
  );
/** Whether the answers differ by such refusals; what an ordered bulk did not come to any more is left aside. */
function differBy(own: string, real: string, codes: string[]): boolean {
  const [first, second] = [refusalsOf(own), refusalsOf(real)];
  const apart = [...first.filter((one) => !second.includes(one)), ...second.filter((one) => !first.includes(one))];
  const found = apart.map((one) => one.slice(one.indexOf(':') + 1));
  return found.some((code) => codes.includes(code)) && found.every((code) => codes.includes(code) || code === '11000');
}
const nothing = (answer: string) =>
  /^(\[\]|null|\{"\$numberInt":"0"\})$/.test(answer) ||
  /"matchedCount":\{"\$numberInt":"0"\}/.test(answer) ||
  /"value":null/.test(answer);
/** An answer without the types of its numbers. */
const untyped = (json: string) =>
  json.replace(/\{"\$number[A-Z][a-z0-9]+":"([^"]*)"\}/g, (_, digits: string) =>
    /^-?\d{16,}$/.test(digits) ? `"${digits}"` : `"${Number(digits)}"`,
  );
/** An answer without fields that are null and documents that are empty. */
const bare = (json: string): string => {
  const less = json.replace(/"[a-z]":null,?|\{\},?/g, '').replace(/,(?=[}\]])/g, '');
  return less === json ? json : bare(less);
};
/** The _id of each document of an answer. */
const idsOf = (json: string) =>
  failed(json) ? json : JSON.stringify((JSON.parse(json) as { _id?: unknown }[]).map(({ _id }) => _id));
const setOf = (json: string) =>
  (JSON.parse(untyped(json)) as unknown[])
    .map((item) => JSON.stringify(item))
    .sort()
    .join();
const listless = (json: string) => settled(uncounted(json), /"[a-z]":\[\],?/g);
const parentless = (json: string) => settled(uncounted(json), /"[a-z]":\{\},?/g);
/** An answer without these fields, and with the others in one order. */
const settled = (json: string, gone: RegExp) =>
  failed(json)
    ? json
    : sorted(
        json
          .replace(LAST, '')
          .replace(gone, '')
          .replace(/,(?=\})/g, ''),
      );
const uncounted = (json: string) => json.replace(/"modifiedCount":\{"\$numberInt":"\d+"\}/g, '"modifiedCount":0');
/** The engine's numbers for refusals, by MongoDB's. */
const NUMBERS: Record<string, string> = {
  28: '9',
  56: '2',
  31252: '31254',
  31253: '31254',
  168: '31325',
  17046: '17310',
};
const renumbered = (answer: string) =>
  answer
    .replace(/"code":\{"\$numberInt":"(\d+)"\}/g, (_, code: string) => `"code":${NUMBERS[code] ?? code}`)
    .replace(/"codeName":("[^"]*"|null)/g, '');
const sorted = (json: string) => JSON.stringify(withSortedKeys(JSON.parse(json)));

function withSortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSortedKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, withSortedKeys(item)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** All that is not compared, in one place. Engine: DocumentDB on PostgreSQL. */
export const KNOWN: Known[] = [
  {
    what: 'The embedded database refuses arithmetic with Decimal128',
    covers: ({ own }) => /"code":\{"\$numberInt":"238"/.test(own),
  },
  {
    what: '$ifNull computes what stands behind its answer',
    covers: ({ text, own, real }) => text.includes('"$ifNull"') && !failed(own) && failed(real),
  },
  {
    what: '$avg of a single number keeps its type, $mod of doubles gives a whole number another',
    covers: ({ text, own, real }) => /"\$(avg|mod)"/.test(text) && untyped(own) === untyped(real),
  },
  {
    what: 'A group by several fields has null where MongoDB leaves a missing one out',
    covers: ({ text, real }) => /"\$group":\{"_id":\{"k":[^}]*,"m"/.test(text) && /"[km]":null/.test(real),
  },
  {
    what: 'A $bucket that has no place for a value, and a $mergeObjects of what is no document, end in another error',
    covers: ({ own, real }) => (codeOf(own) === 40066 || codeOf(own) === 40400) && [1, 2].includes(codeOf(real)),
  },
  {
    what: 'In $group, a missing part of a document is null, and a missing $first or $last is left out',
    covers: ({ text, own, real }) => /"\$(group|bucket)"/.test(text) && bare(own) === bare(real),
  },
  {
    what: '$group does not keep the order for $first, $last, $push and $mergeObjects',
    covers: ({ text, own, real }) =>
      /"\$(group|bucket)".*"\$(first|last|push|mergeObjects)"/.test(text) && idsOf(own) === idsOf(real),
  },
  {
    what: 'A field set again right after an $unset clashes with it, or has its old parts back',
    covers: ({ text, real }) =>
      /"\$unset":[^}]*\},\{"\$(set|addFields)":/.test(text) && (!failed(real) || codeOf(real) === 31249),
  },
  {
    what: 'Other numbers for the same refusal',
    covers: ({ own, real }) => failed(own) && renumbered(own) === renumbered(real),
  },
  {
    what: 'What a wrong update or projection is, is only seen when a document is met',
    covers: ({ own, real, call }) => codeOf(own) > 0 && call.method.startsWith('findOneAnd') && nothing(real),
  },
  {
    what: 'A write of many that fails at one document undoes the others',
    covers: ({ text, call, left, refused }) =>
      left && refused && (call.method === 'updateMany' || text.includes('"updateMany"')),
  },
  {
    what: 'Of several documents that a write of many cannot change, another one is named',
    covers: ({ call, text, own, real }) =>
      (call.method === 'updateMany' || text.includes('"updateMany"')) &&
      failed(own) &&
      failed(real) &&
      differBy(own, real, ['2', '9', '14', '28']),
  },
  {
    what: 'A positional update whose filter only denies is done',
    covers: ({ text, own, real }) => text.includes('.$') && codeOf(own) === 2 && !failed(real),
  },
  {
    what: '$inc and $mul take a boolean for a number',
    covers: ({ text, own, real }) => /"\$(inc|mul)"/.test(text) && codeOf(own) === 14 && !failed(real),
  },
  {
    what: 'A positional update finds no element that has null',
    covers: ({ text, own, real }) =>
      /\.\$[".]/.test(text) && text.includes('null') && codeOf(real) === 2 && !failed(own),
  },
  {
    what: '$rename looks at its target when there is nothing to rename, and not at its source',
    covers: ({ text, own, real }) => text.includes('"$rename"') && differBy(own, real, ['2', '9', '28']),
  },
  {
    what: '$unset of a path through an array is an error',
    covers: ({ text, own, real }) =>
      /"\$unset":\{"[a-z]+\.[a-z]/.test(text) && failed(real) && differBy(own, real, ['9', '28']),
  },
  {
    what: '$pull, $pullAll, $pop and $rename of a missing path leave its parents as empty documents, and count that',
    covers: ({ call, text, own, real }) =>
      /"\$(pull|pullAll|pop|rename)":\{"[nq]\.|"\$rename":\{"[a-z.]+":"n\./.test(text) &&
      (parentless(own) === parentless(real) || (call.method === 'bulkWrite' && differBy(own, real, ['2', '9', '28']))),
  },
  {
    what: 'Adding nothing to an array that is not there does not make it; adding nothing is counted otherwise',
    covers: ({ text, own, real }) =>
      /"\$slice":|"\$each":\[\]|"\$unset":\{"[a-z]\.\d|"\$inc":\{"[a-z0-9.]+":\{"\$number[a-zA-Z0-9]+":"0/.test(text) &&
      listless(own) === listless(real),
  },
  {
    what: 'findAndModify that changes nothing counts nothing',
    covers: ({ call, own, real }) =>
      call.method.startsWith('findOneAnd') &&
      !failed(own) &&
      !failed(real) &&
      sorted(own.replace(LAST, '')) === sorted(real.replace(LAST, '')),
  },
  {
    what: 'An upsert by $all takes over an $elemMatch as a value, and refuses several',
    covers: ({ text }) => text.includes('"upsert":true') && text.includes('"$all"') && text.includes('"$elemMatch"'),
  },
  {
    what: 'Which of equal values distinct gives',
    covers: ({ call, own, real }) =>
      call.method === 'distinct' && !failed(own) && !failed(real) && setOf(own) === setOf(real),
  },
  {
    what: 'distinct by a place in an array does not look into an array there',
    covers: ({ call, real, own }) =>
      call.method === 'distinct' && /\.\d/.test(String(call.args[0])) && !failed(own) && !failed(real),
  },
  {
    what: 'A sparse index is read for what is denied, and what is not in it is not found',
    covers: ({ text, indexes }) =>
      indexes.includes('"sparse":true') && /"\$(not|ne|nin|nor|exists|lt|lte)"|null/.test(text),
  },
  {
    what: 'By an index, what has no such field is found below MaxKey and above MinKey',
    covers: ({ text, indexes }) => indexes !== '[]' && /"\$(gt|gte|lt|lte)":\{"\$(max|min)Key"/.test(text),
  },
  {
    what: 'An $elemMatch of a projection by $gte or $lte null does not take what has no such field',
    covers: ({ text }) => /"projection":.*"\$elemMatch":.*"\$(gte|lte)":null/.test(text),
  },
  {
    what: '$facet leaves empty documents out',
    covers: ({ text, own, real }) => text.includes('"$facet"') && bare(own) === bare(real),
  },
  {
    what: '$count of nothing behind $skip or an empty $match is a document with 0',
    covers: ({ text, own, real }) =>
      text.includes('"$count"') && own === '[]' && /^\[\{"[na]":\{"\$numberInt":"0"\}\}\]$/.test(real),
  },
  {
    what: 'A regular expression is taken as the operand of $gt, $gte, $lt, $lte and $ne inside others',
    covers: ({ text, own }) => codeOf(own) === 2 && /"\$(gt|gte|lt|lte|ne)":\{"\$regularExpression"/.test(text),
  },
  {
    what: 'Computed and updated fields have other places among the others',
    covers: ({ call, text, own, real }) =>
      (call.method !== 'find' || /"\$(ifNull|slice|elemMatch)"|"r":"\$i"/.test(text)) &&
      !failed(own) &&
      !failed(real) &&
      sorted(own) === sorted(real),
  },
];

const LAST = /"last":\{"n":\{[^}]*\},"updatedExisting":(true|false)\},/;
