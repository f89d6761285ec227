import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { settingsSchema } from '../core/config.ts';
import { ERROR_CODES } from '../core/errors.ts';

const ROOT = resolve(import.meta.dirname, '..');
const FOLDERS = ['bot', 'core', 'channels', 'jobs', 'reports'] as const;

interface Source {
  path: string;
  text: string;
  /** what it imports: our files as paths from the root, libraries by name; types apart */
  imports: { target: string; typeOnly: boolean }[];
}

const IMPORT = /^\s*(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)';/gm;

function readSource(path: string): Source {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const imports = [...text.matchAll(IMPORT)].map(([, type, target = '']) => ({
    target: target.startsWith('.') ? relative(ROOT, resolve(ROOT, dirname(path), target)) : target,
    typeOnly: Boolean(type),
  }));
  return { path, text, imports };
}

const sources = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readSource(join(folder, file))),
);
const within = (path: string, ...places: string[]) =>
  places.some((place) => path === place || path.startsWith(`${place}/`));
const lines = (text: string): number => text.split('\n').length - 1;

/** Folders in channels/ that are no channel: what several channels of one provider share. */
const PROVIDERS = ['twilio'];
/** The two files that join the folders. */
const JOINS = ['bot/main.ts', 'bot/kade.ts'];

describe('the house', () => {
  it('is a star: outer folders import core/index.ts and themselves', () => {
    const wrong = sources
      .filter((source) => !source.path.startsWith('core/') && !JOINS.includes(source.path))
      .flatMap((source) => {
        const [home = ''] = source.path.split('/');
        return source.imports
          .filter(
            ({ target }) => within(target, ...FOLDERS) && target !== 'core/index.ts' && !target.startsWith(`${home}/`),
          )
          .map(({ target }) => `${source.path} imports ${target}`);
      });
    expect(wrong).toEqual([]);
  });

  it('keeps core free of the outer folders, and channels free of each other', () => {
    const wrong = sources.flatMap((source) => {
      const [top, second] = source.path.split('/');
      return source.imports
        .filter(({ target }) => {
          if (top === 'core') return within(target, 'bot', 'channels', 'jobs', 'reports');
          const [folder, channel, file] = target.split('/');
          if (top !== 'channels' || folder !== 'channels' || file === undefined) return false;
          return channel !== second && !PROVIDERS.includes(channel ?? '');
        })
        .map(({ target }) => `${source.path} imports ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  it('keeps each library in its place', () => {
    const homes: Record<string, string[]> = {
      mongoose: ['core'],
      zod: ['core', 'channels', 'jobs'],
      'csv-parse': ['core'],
      'ml-kmeans': ['core'],
      'libphonenumber-js': ['core'],
      lmdb: ['core/db/embedded'],
      bson: ['core/db/embedded'],
      express: ['channels'],
      grammy: ['channels/telegram'],
      twilio: ['channels/twilio'],
      luxon: ['bot'],
      'chrono-node': ['bot'],
      agenda: ['jobs'],
      'chart.js': ['reports'],
      'chartjs-node-canvas': ['reports'],
      qr: ['reports'],
      'whatsapp-web.js': ['channels/whatsapp/web'],
    };
    const wrong = sources.flatMap((source) =>
      source.imports.flatMap(({ target }) => {
        const library = Object.keys(homes).find((name) => target === name || target.startsWith(`${name}/`));
        return library && !within(source.path, ...(homes[library] ?? [])) ? [`${source.path} imports ${target}`] : [];
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('lets the embedded database import nothing of ours', () => {
    const wrong = sources
      .filter((source) => source.path.startsWith('core/db/embedded/'))
      .flatMap((source) =>
        source.imports
          .filter(({ target }) => within(target, ...FOLDERS) && !target.startsWith('core/db/embedded/'))
          .map(({ target }) => `${source.path} imports ${target}`),
      );
    expect(wrong).toEqual([]);
  });

  it('has no import cycle', () => {
    const graph = new Map(
      sources.map((source) => [source.path, source.imports.filter((one) => !one.typeOnly).map((one) => one.target)]),
    );
    const state = new Map<string, 'open' | 'done'>();
    const cycles: string[] = [];
    const visit = (path: string, trail: string[]): void => {
      if (state.get(path) === 'done') return;
      if (state.get(path) === 'open') return void cycles.push([...trail.slice(trail.indexOf(path)), path].join(' > '));
      state.set(path, 'open');
      for (const next of graph.get(path) ?? []) if (graph.has(next)) visit(next, [...trail, path]);
      state.set(path, 'done');
    };
    for (const path of graph.keys()) visit(path, []);
    expect(cycles).toEqual([]);
  });

  it('keeps files to a readable length', () => {
    const long = sources
      .filter((source) => lines(source.text) > 300)
      .map((source) => `${source.path}: ${lines(source.text)}`);
    expect(long).toEqual([]);
  });

  it('has one index.ts, and no default exports', () => {
    expect(sources.filter((source) => source.path.endsWith('index.ts')).map((source) => source.path)).toEqual([
      'core/index.ts',
    ]);
    expect(sources.filter((source) => /^export default/m.test(source.text)).map((source) => source.path)).toEqual([]);
  });

  it('sends only through core/deliveries/deliver.ts', () => {
    const senders = sources.filter(
      (source) => /\bchannel\??\.send\(/.test(source.text) && !source.path.startsWith('channels/'),
    );
    expect(senders.map((source) => source.path)).toEqual(['core/deliveries/deliver.ts']);
  });
});

describe('habits', () => {
  // A second process and a page in the browser have an entry and a clock of their own; the database is a server of its own.
  const ENTRIES = ['bot/main.ts', 'bot/programs', 'channels/web/terminal'];

  it('reads process.env only where a process begins', () => {
    const wrong = sources.filter((source) => source.text.includes('process.env') && !within(source.path, ...ENTRIES));
    expect(wrong.map((source) => source.path)).toEqual([]);
  });

  it('reads the present time only in core/clock.ts', () => {
    const apart = ['core/clock.ts', 'core/db/embedded', 'channels/web/page', 'channels/web/terminal'];
    const wrong = sources.filter(
      (source) => /\bDate\.now\(\)|new Date\(\)/.test(source.text) && !within(source.path, ...apart),
    );
    expect(wrong.map((source) => source.path)).toEqual([]);
  });

  it('writes to the console nowhere', () => {
    const wrong = sources.filter((source) => /\bconsole\./.test(source.text));
    expect(wrong.map((source) => source.path)).toEqual([]);
  });
});

describe('texts', () => {
  type Texts = { [key: string]: string | Texts };
  const read = (language: string): Map<string, string> => {
    const flat = new Map<string, string>();
    const walk = (texts: Texts, prefix: string): void => {
      for (const [key, text] of Object.entries(texts)) {
        if (typeof text === 'string') flat.set(prefix + key, text);
        else walk(text, `${prefix}${key}.`);
      }
    };
    walk(JSON.parse(readFileSync(join(ROOT, `bot/i18n/${language}.json`), 'utf8')), '');
    return flat;
  };
  const english = read('en');
  const params = (text: string): string[] => [...new Set(text.match(/\{\{[^}]+\}\}/g) ?? [])].sort();

  it.each(['si', 'ta'])('in %s have the keys and parameters of the English ones', (language) => {
    const texts = read(language);
    expect([...texts.keys()].sort()).toEqual([...english.keys()].sort());
    const differing = [...english].filter(
      ([key, text]) => !key.startsWith('command.') && String(params(text)) !== String(params(texts.get(key) ?? '')),
    );
    expect(differing.map(([key]) => key)).toEqual([]);
  });

  it('has a reply for every error code', () => {
    expect(ERROR_CODES.filter((code) => !english.has(`error.${code}`))).toEqual([]);
  });

  it('names in the README and .env.example the settings that there are', () => {
    const names = Object.keys(settingsSchema.shape);
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
    const example = readFileSync(join(ROOT, '.env.example'), 'utf8');
    expect([...readme.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name)).toEqual(names);
    expect([...example.matchAll(/^# ([A-Z_]+)=/gm)].map(([, name]) => name)).toEqual(names);
  });
});
