import { decideFormats } from './decideFormats.ts';
import { holdsDates, holdsNumbers } from './fields.ts';
import { columnsOf, type Plan } from './plan.ts';
import { readRows } from './reading/readRows.ts';
import { copyText } from './rows/memoise.ts';
import { fateOf, type Problem, type Reason } from './rows/problem.ts';
import { emptyLine, type Line, lineReader, productReader } from './rows/readLine.ts';
import { type Person, personReader } from './rows/readPerson.ts';
import { extraCells } from './writing/source.ts';

/** A stored file, and how a table in it is to be read. */
export interface ScanTask {
  readonly path: string;
  readonly plan: Plan;
  readonly now: Date;
}

/** A row as it is understood; what does not belong to its kind of table is absent. */
export interface SampleRow {
  line?: Line;
  person?: Person;
}

/** One thing that is wrong, with how many rows it is wrong in and the first such cell. */
export interface FoundProblem {
  reason: Reason;
  column: string;
  cell: string;
  rows: number;
  fate: ReturnType<typeof fateOf>;
}

/** What a look through a table found. */
export interface Scan {
  rows: number;
  /** false: only the first rows were looked at */
  complete: boolean;
  /** the first three sound rows */
  samples: SampleRow[];
  /** the most frequent first */
  problems: FoundProblem[];
  /** columns of dates that could be day first or month first */
  undecidedDates: string[];
  /** rows in which someone can be reached */
  reachable: number;
}

/** Rows looked at before an import. */
const MOST_ROWS = 200_000;
const MOST_CELLS = 20_000;
const SAMPLES = 3;

/** Looks through a table's first 200,000 rows: how its dates and numbers are written, then what each row comes to. Heavy: runs in a thread. */
export async function scanTable({ path, plan, now }: ScanTask): Promise<{ plan: Plan; scan: Scan }> {
  const columns = decideFormats(plan.columns, await gatherCells(path, plan));
  const decided: Plan = { ...plan, columns };
  const undecidedDates = columns.filter(({ dateOrder }) => dateOrder === null).map(({ name }) => name);
  return { plan: decided, scan: { ...(await tryRows(path, decided, now)), undecidedDates } };
}

/** The distinct cells of date and number columns, at most 20,000 of each. */
async function gatherCells(path: string, plan: Plan): Promise<Map<number, Set<string>>> {
  const wanted = plan.columns.filter((column) => holdsDates(column) || holdsNumbers(column));
  const cells = new Map(wanted.map(({ index }) => [index, new Set<string>()]));
  if (wanted.length === 0) return cells;
  let rows = 0;
  for await (const batch of readRows(path, plan.table)) {
    for (const row of batch.rows) {
      for (const [index, seen] of cells) {
        const cell = row[index] ?? '';
        if (cell !== '' && seen.size < MOST_CELLS && !seen.has(cell)) seen.add(copyText(cell));
      }
    }
    rows += batch.rows.length;
    if (rows >= MOST_ROWS) break;
  }
  return cells;
}

async function tryRows(path: string, plan: Plan, now: Date): Promise<Omit<Scan, 'undecidedDates'>> {
  const read = rowReader(plan, now);
  const width = plan.table.header.length;
  const found = new Map<string, FoundProblem>();
  const samples: SampleRow[] = [];
  let rows = 0;
  let reachable = 0;
  let complete = true;
  for await (const batch of readRows(path, plan.table)) {
    if (rows >= MOST_ROWS) {
      complete = false;
      break;
    }
    for (const row of batch.rows) {
      const problems: Problem[] = row.length > width ? extraCells(row, width) : [];
      const sample = read(row, problems);
      if (sample.person && sample.person.addresses.length > 0) reachable += 1;
      if (problems.length === 0 && samples.length < SAMPLES) samples.push(structuredClone(sample));
      for (const problem of problems) note(found, problem);
    }
    rows += batch.rows.length;
  }
  const problems = [...found.values()].sort((a, b) => b.rows - a.rows);
  return { rows, complete, samples, problems, reachable };
}

function rowReader(plan: Plan, now: Date): (row: readonly string[], problems: Problem[]) => SampleRow {
  const line = emptyLine();
  if (plan.kind === 'products') {
    const readProduct = productReader(plan);
    return (row, problems) => {
      readProduct(row, line, problems);
      return { line };
    };
  }
  const readPerson = personReader(plan, now);
  if (plan.kind === 'customers') {
    return (row, problems) => {
      const person = readPerson(row, problems);
      if (person.key === '') problems.push({ reason: 'nobody', column: '', cell: '' });
      return { person };
    };
  }
  const readLine = columnsOf(plan, 'date').length > 0 ? lineReader(plan) : null;
  return (row, problems) => {
    readLine?.(row, line, problems);
    return { line, person: readPerson(row, problems) };
  };
}

function note(found: Map<string, FoundProblem>, problem: Problem): void {
  const key = `${problem.reason}\n${problem.column}`;
  const known = found.get(key);
  if (known) known.rows += 1;
  else found.set(key, { ...problem, cell: copyText(problem.cell).slice(0, 200), rows: 1, fate: fateOf([problem]) });
}
