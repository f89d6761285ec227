import { asCommandError, CommandError } from './errors.ts';
import type { Answer, Work } from './server.ts';
import type { Store } from './store.ts';

interface Task {
  work: Work;
  /** When it has had its time, by performance.now(). */
  deadline: number;
  done: (answer: Answer | CommandError) => void;
}

/** What all reads get of a turn, and all writes; and one task at a time. */
const SLICE_MS = 4;
const TASK_MS = 2;

/**
 * Runs commands in turns on the one thread. All writes of a turn are journalled together and then answered; long work gives way after a few milliseconds, so that short requests beside it do not wait for its end.
 */
export class Scheduler {
  private reads: Task[] = [];
  private writes: Task[] = [];
  private scheduled = false;
  private readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  /** Queues a command that has `limit` milliseconds; resolves with its answer or a CommandError, never rejects. */
  async run(work: Work, writes: boolean, limit = Number.POSITIVE_INFINITY): Promise<Answer | CommandError> {
    if (writes && this.store.isStuck) await this.store.commit(); // there may be room on the disk again
    return new Promise((done) => {
      (writes ? this.writes : this.reads).push({ work, deadline: performance.now() + limit, done });
      this.wake();
    });
  }

  /** Drops what waits or is half done; nothing runs from now on. */
  stop(): void {
    this.reads = [];
    this.writes = [];
  }

  private wake(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.turn();
      if (this.reads.length > 0 || this.writes.length > 0) this.wake();
    });
  }

  private turn(): void {
    if (this.reads.length > 0) this.readTurn();
    if (this.writes.length > 0) this.writeTurn(); // last: what failed is undone before the next turn
  }

  private readTurn(): void {
    const until = performance.now() + SLICE_MS;
    while (this.reads.length > 0 && performance.now() < until) {
      const task = this.reads.shift() as Task;
      const answer = advance(task, Math.min(until, performance.now() + TASK_MS));
      if (answer === null) this.reads.push(task);
      else task.done(answer);
    }
  }

  private writeTurn(): void {
    const until = performance.now() + SLICE_MS;
    const finished: [Task, Answer | CommandError][] = [];
    const started = new Set<Task>();
    try {
      this.store.write(() => {
        do {
          const task = this.writes.shift() as Task;
          started.add(task);
          const answer = advance(task, Math.min(until, performance.now() + TASK_MS), true);
          if (answer === null) this.writes.push(task);
          else finished.push([task, answer]);
        } while (this.writes.length > 0 && performance.now() < until);
      });
    } catch (error) {
      // Everything of this turn is undone, so every command that wrote in it is told so; all, when none could begin.
      const failed = started.size > 0 ? started : new Set(this.writes);
      this.writes = this.writes.filter((task) => !failed.has(task));
      for (const task of failed) task.done(asCommandError(error));
      return;
    }
    for (const [task, answer] of finished) task.done(answer);
  }
}

/** Runs a task until its end or the time; null when it has more to do. A fault inside a transaction is thrown on. */
function advance(task: Task, until: number, transaction = false): Answer | CommandError | null {
  try {
    for (;;) {
      const step = task.work.next();
      if (step.done) return step.value;
      const now = performance.now();
      if (now > task.deadline) return new CommandError(50, 'operation exceeded time limit');
      if (now >= until) return null;
    }
  } catch (error) {
    if (transaction && !(error instanceof CommandError)) throw error;
    return asCommandError(error);
  }
}
