import { KadeError } from '../../errors.ts';
import { nearestWord } from './nearestWord.ts';
import { RESERVED } from './queryWords.ts';

/** A piece of a query: something quoted, a sign, or a run of other letters; `at` is where it begins. */
export interface Token {
  kind: 'quoted' | 'sign' | 'word';
  /** quoted: without the marks; else as typed */
  text: string;
  at: number;
}

const QUOTED = /"((?:[^"\\]|\\.)*)"|“((?:[^”\\]|\\.)*)”/uy;
const SIGN = />=|<=|<>|!=|\.\.|[=<>≥≤≠(),]/uy;
/** Digits may be grouped by commas, `1,00,000`; two points part a range. */
const WORD = /-?\d{1,3}(?:,\d{2,3}){0,6},\d{3}(?!\d)(?:\.\d+)?[\p{L}%]*|(?:(?!\.\.)[^\s"“”=<>≥≤≠!(),])+/uy;
const SPACE = /\s*/uy;
const MOST_SHOWN = 60;

/** Walks over the pieces of a query; every refusal says where. */
export class QueryCursor {
  private readonly query: string;
  private readonly tokens: Token[];
  private place = 0;

  constructor(query: string) {
    this.query = query;
    this.tokens = this.tokenize();
  }

  /** The piece here, or so many further on. */
  peek(ahead = 0): Token | undefined {
    return this.tokens[this.place + ahead];
  }

  /** The word here in lower case, empty where there is none; what is quoted is no word. */
  word(ahead = 0): string {
    const token = this.peek(ahead);
    return token && token.kind !== 'quoted' ? token.text.toLowerCase() : '';
  }

  /** Goes on, so many pieces. */
  skip(count = 1): void {
    this.place += count;
  }

  /** Goes past these words when they stand here. */
  take(...words: string[]): boolean {
    const stand = words.every((word, ahead) => this.word(ahead) === word);
    if (stand) this.skip(words.length);
    return stand;
  }

  /** Reads something that may not stand here: undefined leaves the place as it was. */
  attempt<T>(read: () => T | undefined): T | undefined {
    const { place } = this;
    const found = read();
    if (found === undefined) this.place = place;
    return found;
  }

  /** The place of a piece, and the words from it up to here. */
  since(first: Token): { at: number; text: string } {
    const words = this.query.slice(first.at, this.peek()?.at ?? this.query.length).trim();
    return { at: this.letter(first.at), text: words.slice(0, MOST_SHOWN) };
  }

  /** A value in words: something quoted, or one word that is none of the language's own. */
  text(): string {
    const token = this.peek();
    if (!token || token.kind === 'sign' || (token.kind === 'word' && RESERVED.has(token.text.toLowerCase())))
      throw this.expected('text');
    this.skip();
    return token.text;
  }

  /** The refusal of what stands here: what should have (`rule.expects`). */
  expected(expects: string, params: Record<string, string> = {}): KadeError {
    const token = this.peek();
    if (!token) return new KadeError('query_unfinished', { expects, ...params });
    return new KadeError('query_expected', { ...this.here(token), expects, ...params });
  }

  /** The refusal of a word that is not known here, with the nearest that is. */
  unknown(candidates: Iterable<string>): KadeError {
    const token = this.peek();
    if (!token) return this.expected('condition');
    const nearest = nearestWord(token.text, candidates);
    return new KadeError('query_unknown_word', { ...this.here(token), nearest });
  }

  private here({ at, text }: Pick<Token, 'at' | 'text'>): { at: number; text: string } {
    return { at: this.letter(at), text: text.slice(0, MOST_SHOWN) };
  }

  /** Letters as people count them, from 1. */
  private letter(offset: number): number {
    return Array.from(this.query.slice(0, offset)).length + 1;
  }

  private tokenize(): Token[] {
    const tokens: Token[] = [];
    let at = 0;
    const match = (pattern: RegExp): RegExpExecArray | null => {
      pattern.lastIndex = at;
      return pattern.exec(this.query);
    };
    while (true) {
      at += match(SPACE)?.[0].length ?? 0;
      if (at >= this.query.length) return tokens;
      const [quoted, sign] = [match(QUOTED), match(SIGN)];
      const [found] = quoted ?? sign ?? match(WORD) ?? [];
      if (!found) throw this.unreadable(at);
      const inside = quoted && (quoted[1] ?? quoted[2] ?? '').replace(/\\(.)/gu, '$1');
      tokens.push({ kind: quoted ? 'quoted' : sign ? 'sign' : 'word', text: inside ?? found, at });
      at += found.length;
    }
  }

  /** No piece begins here: a quotation mark that is not closed, or a lone `!`. */
  private unreadable(at: number): KadeError {
    const text = this.query.slice(at, at + MOST_SHOWN);
    return new KadeError('query_expected', { ...this.here({ at, text }), expects: text[0] === '!' ? 'end' : 'quote' });
  }
}
