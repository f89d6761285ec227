import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { type Figure, format } from './figure.ts';

/** The measured figures as a Markdown page; `command` is what measured them. */
export function tableOf(command: string, figures: readonly Figure[]): string {
  const rows = figures.map(
    ({ name, value, unit, bar }) =>
      `| ${name} | ${format(value)}${value === null ? '' : ` ${unit}`} | ${bar?.text ?? ''} | ${bar ? (bar.ok ? 'ok' : 'short') : ''} |`,
  );
  const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}, ${process.platform}`;
  return `# Measured

By \`${command}\`, on ${machine}; the machine's load over the last quarter of an hour was ${format(loadavg()[2] ?? null)} (a quiet one shows under 2). Medians of five unless the name says otherwise; a line without a bar is a peer or a floor of the same run.

| figure | value | bar | |
|---|---|---|---|
${rows.join('\n')}
`;
}
