// Where the phrases of a rubric stand in an answer; twin of src/kejian/grading/essay_phrases.py, where every rule
// is explained.

import { POLAR } from "./essay_words.ts";
import { HAN, WORD } from "./tables.ts";

export const MOST_HITS = 128;
const TOLERANT = [[9, 2], [5, 1]] as const;
const LONGEST_TOLERANT = 30;
export const LETTER_KIND = 1;
export const HAN_KIND = 2;

/** Texts are lists of code points, each a string: JavaScript's own indices count UTF-16 units. */
export type Chars = readonly string[];

export class Automaton {
  readonly #lengths: readonly number[];
  readonly #next: Map<string, number>[] = [new Map()];
  readonly #found: number[][] = [[]];
  readonly #fail: number[];

  constructor(phrases: readonly Chars[]) {
    this.#lengths = phrases.map((phrase) => phrase.length);
    phrases.forEach((phrase, number) => {
      let state = 0;
      for (const char of phrase) {
        let following = this.#next[state]!.get(char);
        if (following === undefined) {
          following = this.#next.length;
          this.#next[state]!.set(char, following);
          this.#next.push(new Map());
          this.#found.push([]);
        }
        state = following;
      }
      this.#found[state]!.push(number);
    });
    this.#fail = this.#next.map(() => 0);
    const queue = [...this.#next[0]!.values()];
    for (const state of queue) {
      for (const [char, following] of this.#next[state]!) {
        this.#fail[following] = this.#step(this.#fail[state]!, char);
        this.#found[following]!.push(...this.#found[this.#fail[following]!]!);
        queue.push(following);
      }
    }
  }

  find(text: Chars): number[][] {
    const starts: number[][] = this.#lengths.map(() => []);
    let state = 0;
    text.forEach((char, index) => {
      state = this.#step(state, char);
      for (const number of this.#found[state]!) starts[number]!.push(index + 1 - this.#lengths[number]!);
    });
    return starts;
  }

  #step(from: number, char: string): number {
    let state = from;
    while (state && !this.#next[state]!.has(char)) state = this.#fail[state]!;
    return this.#next[state]!.get(char) ?? 0;
  }
}

export interface Hit {
  readonly start: number;
  readonly end: number;
  readonly edits: number;
}

export class Phrases {
  readonly #chars: Chars;
  readonly #sentence: readonly number[];
  readonly #literals: readonly Chars[];
  readonly #starts: readonly (readonly number[])[];
  readonly #hits = new Map<number, Hit[]>();
  #pairs: Set<string> | null = null;

  constructor(chars: Chars, sentence: readonly number[], literals: readonly Chars[], starts: readonly (readonly number[])[]) {
    this.#chars = chars;
    this.#sentence = sentence;
    this.#literals = literals;
    this.#starts = starts;
  }

  hits(literal: number): Hit[] {
    let hits = this.#hits.get(literal);
    if (!hits) {
      const phrase = this.#literals[literal]!;
      const exact = this.#starts[literal]!
        .slice(0, MOST_HITS)
        .map((start) => ({ start, end: start + phrase.length, edits: 0 }));
      hits = [...exact.filter((hit) => this.#stands_alone(hit)), ...this.#similar(phrase, exact)];
      this.#hits.set(literal, hits);
    }
    return hits;
  }

  #stands_alone({ start, end }: Hit): boolean {
    const [before, after] = [this.#chars[start - 1], this.#chars[end]];
    if (before !== undefined && joins(before, this.#chars[start]!)) return false;
    return !(after !== undefined && end - start <= 3 && joins(this.#chars[end - 1]!, after));
  }

  #similar(phrase: Chars, exact: readonly Hit[]): Hit[] {
    const length = phrase.length;
    const most = TOLERANT.find(([least]) => length >= least)?.[1] ?? 0;
    if (!most || length > LONGEST_TOLERANT || phrase.some((char) => kind_of(char) !== HAN_KIND)) return [];
    this.#pairs ??= new Set(this.#chars.map((char, index) => char + (this.#chars[index + 1] ?? "")));
    const pairs = this.#pairs;
    let known = 0;
    for (let index = 0; index < length - 1; index += 1) known += Number(pairs.has(phrase[index]! + phrase[index + 1]!));
    if (known < length - 1 - 2 * most) return []; // an edit spoils two pairs at most
    const taken = new Set<number>();
    for (const { start, end } of exact) for (let index = start; index < end; index += 1) taken.add(index);
    const polar = polar_of(phrase);
    const kept: Hit[] = [];
    for (const [end, edits] of this.#similar_ends(phrase, most)) {
      if (taken.has(end - 1)) continue;
      const start = this.#similar_start(phrase, end, edits);
      const is_split = this.#sentence[start] !== this.#sentence[end - 1];
      if (taken.has(start) || is_split || polar_of(this.#chars.slice(start, end)) !== polar) continue;
      const last = kept.at(-1);
      if (!last || last.end <= start) kept.push({ start, end, edits });
      else if (edits < last.edits) kept[kept.length - 1] = { start, end, edits };
    }
    return kept;
  }

  #similar_start(phrase: Chars, end: number, edits: number): number {
    const length = phrase.length;
    const sizes = Array.from({ length: 2 * edits + 1 }, (_, index) => length - edits + index)
      .sort((a, b) => Math.abs(a - length) - Math.abs(b - length));
    const starts = sizes.filter((size) => size <= end).map((size) => end - size);
    return starts.find((start) => alike(phrase, this.#chars.slice(start, end), edits))!;
  }

  /** Bit i of `rows[e]` says: the first i + 1 characters of the phrase end here with at most e edits. */
  #similar_ends(phrase: Chars, most: number): [number, number][] {
    const masks = new Map<string, number>();
    phrase.forEach((char, index) => masks.set(char, (masks.get(char) ?? 0) | (1 << index)));
    const last = 1 << (phrase.length - 1);
    const rows = Array.from({ length: most + 1 }, (_, edits) => (1 << edits) - 1);
    const ends: [number, number][] = [];
    for (let index = 0; index < this.#chars.length && ends.length < MOST_HITS; index += 1) {
      const mask = masks.get(this.#chars[index]!) ?? 0;
      // of the row with one edit less: what it was, and what it has become
      let [was, is, fewest] = [0, 0, -1];
      for (let edits = 0; edits <= most; edits += 1) {
        const row = rows[edits]!;
        is = (((row << 1) | 1) & mask) | (edits ? ((was | is) << 1) | 1 | was : 0);
        was = row;
        rows[edits] = is;
        if (fewest < 0 && is & last) fewest = edits;
      }
      if (fewest >= 0) ends.push([index + 1, fewest]);
    }
    return ends;
  }
}

const KINDS = new Map<string, number>();

export function kind_of(char: string): number {
  let kind = KINDS.get(char);
  if (kind === undefined) {
    const code = char.codePointAt(0)!;
    const within = (ranges: readonly (readonly [number, number])[]) =>
      ranges.some(([first, last]) => first <= code && code <= last);
    kind = within(HAN) ? HAN_KIND : within(WORD) ? LETTER_KIND : 0;
    KINDS.set(char, kind);
  }
  return kind;
}

function joins(before: string, after: string): boolean {
  const [a, b] = [before, after].map((char) => "0" <= char && char <= "9");
  return kind_of(before) === LETTER_KIND && kind_of(after) === LETTER_KIND && a === b;
}

function polar_of(text: Chars): string {
  return text.filter((char) => POLAR.includes(char)).join("");
}

function alike(phrase: Chars, text: Chars, edits: number): boolean {
  let same = 0;
  while (same < Math.min(phrase.length, text.length) && phrase[same] === text[same]) same += 1;
  const [a, b] = [phrase.slice(same), text.slice(same)];
  if (!a.length || !b.length) return a.length + b.length <= edits;
  return (
    edits > 0 &&
    (alike(a.slice(1), b.slice(1), edits - 1) || alike(a.slice(1), b, edits - 1) || alike(a, b.slice(1), edits - 1))
  );
}
