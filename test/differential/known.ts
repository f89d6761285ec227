import type { Call } from './values.ts';

/** A difference that is understood; docs/database.md lists the same under "Known differences". */
export interface Known {
  what: string;
  /** `text`: the call as JSON; the answers as JSON too, and `left` set where they are what the collections hold afterwards, `refused` where the embedded database refused the call. */
  covers: (seen: { call: Call; text: string; own: string; real: string; left: boolean; refused: boolean }) => boolean;
}

/** Whether an answer is an error, of a bulk or another call. */
export const failed = (answer: string) => answer.startsWith('{"code":') || answer.startsWith('{"each":[{"index":{');
const codeOf = (answer: string) => Number(/"code":\{"\$numberInt":"(\d+)"/.exec(answer)?.[1] ?? 0);
const nothing = (answer: string) =>
  /^(\[\]|null|\{"\$numberInt":"0"\})$/.test(answer) ||
  /"matchedCount":\{"\$numberInt":"0"\}/.test(answer) ||
  /"value":null/.test(answer);
const sorted = (json: string) => JSON.stringify(withSortedKeys(JSON.parse(json)));

function withSortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSortedKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, withSortedKeys(item)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** All that is not compared, in one place. Engine: DocumentDB on PostgreSQL. */
export const KNOWN: Known[] = [
  // The embedded database's own limits.
  {
    what: 'The embedded database refuses what it does not serve (115) and what would lose digits (238)',
    covers: ({ own, left, text }) =>
      codeOf(own) === 115 ||
      /"code":\{"\$numberInt":"238"/.test(own) ||
      (left && /numberDecimal|\$mul|\$inc/.test(text)),
  },
  {
    what: 'A date operator takes an array of one date that was computed',
    covers: ({ own, real }) => !failed(own) && codeOf(real) === 16006,
  },
  {
    what: 'A wrong expression has another number, or is only refused when it is reached',
    covers: ({ call, own, real }) =>
      call.method === 'aggregate' && failed(real) && (failed(own) || CONSTANT.has(codeOf(real))),
  },
  // The engine's.
  {
    what: 'A wrong update or projection is refused only when a document is met',
    covers: ({ own, real, left, refused, call }) =>
      left ? refused : failed(own) && (nothing(real) || (call.method === 'bulkWrite' && !failed(real))),
  },
  {
    what: 'A write of many that fails at one document undoes the others',
    covers: ({ call, text, left }) => left && (call.method === 'updateMany' || /"updateMany"/.test(text)),
  },
  {
    what: 'Paths that cannot be there, wrong fields and clashes have other numbers',
    covers: ({ call, own, real, left }) =>
      !left &&
      failed(own) &&
      failed(real) &&
      (own.replace(CODE, '') === real.replace(CODE, '') ||
        NUMBERS.has(codeOf(own)) ||
        call.method.startsWith('findOneAnd')),
  },
  {
    what: '$unset of a path through an array is an error',
    covers: ({ text, own, real }) => /"\$unset":\{"[a-z]+\.[a-z]/.test(text) && (failed(real) || own.includes('"_id"')),
  },
  {
    what: '$setOnInsert may clash with another operator',
    covers: ({ text }) =>
      text.includes('"$setOnInsert"') && /\},"\$setOnInsert"|"\$setOnInsert":\{[^}]*\},"\$/.test(text),
  },
  {
    what: '$pull, $pullAll, $pop and $rename of a missing path leave its parents as empty documents',
    covers: ({ text, real }) => /"\$(pull|pullAll|pop|rename)"/.test(text) && real.includes(':{}'),
  },
  {
    what: 'Adding nothing to an array that is not there does not make it; whether a write changed anything is counted otherwise',
    covers: ({ text, own, real, left }) =>
      left ? /"\$slice":|"\$each":\[\]/.test(text) : own.replace(COUNTED, '') === real.replace(COUNTED, ''),
  },
  {
    what: 'A positional update whose filter only denies is done to nothing instead of refused',
    covers: ({ text, own }) => text.includes('.$') && (codeOf(own) === 2 || /"\$(not|ne|nin)"/.test(text)),
  },
  {
    what: 'A regular expression is taken as the operand of $gt, $gte, $lt and $lte inside others',
    covers: ({ text, own }) => failed(own) && /"\$(gt|gte|lt|lte)":\{"\$regularExpression"/.test(text),
  },
  {
    what: 'distinct by a place in an array does not look into an array there',
    covers: ({ call }) => call.method === 'distinct' && /\.\d/.test(String(call.args[0])),
  },
  {
    what: 'An empty $project is taken',
    covers: ({ text, own }) => failed(own) && text.includes('"$project":{}'),
  },
  {
    what: '$stdDevPop and $stdDevSamp are not served as expressions',
    covers: ({ text, real }) => codeOf(real) === 115 && text.includes('"$stdDev'),
  },
  {
    what: 'A group by several fields has null where MongoDB leaves a missing one out',
    covers: ({ text }) => /"\$group":\{"_id":\{"k":[^}]*,"m"/.test(text),
  },
  {
    what: '$count of nothing behind $skip or an empty $match is a document with 0',
    covers: ({ text, own, real }) => text.includes('"$count"') && own === '[]' && /^\[\{"[na]":0\}\]$/.test(real),
  },
  {
    what: 'What no later stage reads is not computed, so it is not refused',
    covers: ({ call, text, own, real }) =>
      call.method === 'aggregate' &&
      failed(own) &&
      !failed(real) &&
      /"\$(count|group|facet|bucket|sortByCount|skip|limit|project|unset)"/.test(text.slice(20)),
  },
  {
    what: 'findAndModify that changes nothing counts nothing',
    covers: ({ call, own, real }) =>
      call.method.startsWith('findOneAnd') && own.replace(LAST, '') === real.replace(LAST, ''),
  },
  {
    what: '$lookup by a path into an empty array finds what has null',
    covers: ({ text }) => /"localField":"(l\.k|t)"/.test(text),
  },
  {
    what: '$facet leaves empty documents out',
    covers: ({ own, real }) => own.replace(/(\{\},)+|(,\{\})+|(?<=\[)\{\}(?=\])/g, '') === real,
  },
  {
    what: '$group behind $unwind does not keep the order for $first, $last, $push and the like',
    covers: ({ text }) => text.includes('"$unwind"') && /"\$(first|last|push|firstN|mergeObjects)"/.test(text),
  },
  {
    what: '$zip refuses some computed lists',
    covers: ({ real }) => codeOf(real) === 34468,
  },
  {
    what: '$indexOfArray does not look at the second operand when the first is null',
    covers: ({ text, own }) => failed(own) && text.includes('"$indexOfArray"'),
  },
  {
    what: 'Documents that $skip or $limit leaves out are computed, and may be refused',
    covers: ({ text, own, real }) => !failed(own) && failed(real) && /"\$(skip|limit)"/.test(text),
  },
  {
    what: 'An upsert by $all takes over an $elemMatch as a value, and refuses several',
    covers: ({ text }) => text.includes('"upsert":true') && text.includes('"$all"') && text.includes('"$elemMatch"'),
  },
  {
    what: 'A field set again after an $unset has its old parts back',
    covers: ({ text }) => text.includes('{"$unset":') && /\{"\$(set|addFields)":/.test(text),
  },
  {
    what: 'Some groups end in an internal error',
    covers: ({ real }) => codeOf(real) === 1,
  },
  {
    what: '$dateTrunc counts from 1970 and by UTC, $dateAdd and $dateSubtract do not reckon in their time zone',
    covers: ({ text }) => /"\$date(Trunc|Add|Subtract|Diff)"/.test(text),
  },
  {
    what: '$minN and $maxN take null for an array',
    covers: ({ text, own }) => codeOf(own) === 5788200 && /"\$(min|max)N"/.test(text),
  },
  {
    what: 'A regular expression refuses a text that was computed',
    covers: ({ real }) => codeOf(real) === 51104,
  },
  {
    what: 'A computed field has another place among the others',
    covers: ({ own, real }) => !failed(own) && !failed(real) && sorted(own) === sorted(real),
  },
];

const NUMBERS = new Set([2, 28, 40, 56, 31253, 31254]);
const COUNTED = /"modifiedCount":\{"\$numberInt":"\d+"\}/;
const CONSTANT = new Set([241, 5166403]);
const CODE = /"code":\{[^}]*\}/g;
const LAST = /"last":\{"n":\{[^}]*\},"updatedExisting":(true|false)/;
