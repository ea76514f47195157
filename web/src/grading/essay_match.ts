// How an essay is read: phrases, denials, sides, likeness; twin of src/kejian/grading/essay_match.py, where every rule
// is explained.

import { Automaton, Phrases, kind_of, type Chars, type Hit } from "./essay_phrases.ts";
import {
  COMMON, COMPANIONS, COMPARATORS, COMPARED, DEMONSTRATIVES, DENIALS, EARLIER, INTERJECTIONS, NEGATORS, OVERCOME, RESETS,
  SAFE, TURNED, TURNS,
} from "./essay_words.ts";
import { normalise_with_offsets } from "./text.ts";

const LIMIT = 8000;
const MOST_PLACES = 32;
const REACH = 10;
const REACH_SHORT = 6;
const SIDE_REACH = 60;
const DENIAL_REACH = 12;
const DENIAL_REACH_FAR = 40;
const COPIED = 8;
const CLAUSES = 3;

type Span = readonly [start: number, end: number];

const LISTS = {
  negators: NEGATORS,
  safe: SAFE,
  resets: RESETS,
  denials: DENIALS,
  comparators: COMPARATORS,
  compared: COMPARED,
  overcome: OVERCOME,
  turns: TURNS,
  turned: TURNED,
};
type Spans = Record<keyof typeof LISTS, Span[]>;
const LISTED = Object.values(LISTS).flat();
const FAMILIAR = new Set([...COMMON].filter((char) => !INTERJECTIONS.includes(char)));
const SENTENCE_ENDS = "。!?;\n";
const CLAUSE_ENDS = ",、:";
const TIGHT = "()[]{}<>=+-*/^_";

export class Reading {
  readonly chars: Chars;
  readonly cut: boolean;
  readonly kinds: readonly number[];
  readonly sentence: readonly number[];
  readonly clause: readonly number[];
  readonly copied: Uint8Array;
  readonly negators: readonly (readonly [start: number, first: number, reach: number])[];
  readonly hits: (literal: number) => Hit[];
  readonly #literals: readonly Chars[];
  readonly #offsets: readonly number[];
  readonly #clause_starts: readonly number[];
  readonly #first_clauses = new Map<number, number>();
  readonly #listed: Readonly<Spans>;
  readonly #dense: readonly number[];
  readonly #negator_starts: readonly number[];
  readonly #denied: Uint8Array;
  readonly #mentions = new Map<string, [starts: number[], wrong: boolean[]]>();
  #places: Map<string, number[]> | null = null;

  constructor(text: string, literals: readonly Chars[], automaton: Automaton, stem: Chars) {
    const read: string[] = [];
    let is_long = false;
    for (const char of text) {
      is_long = read.length === LIMIT;
      if (is_long) break;
      read.push(char);
    }
    const [normal, offsets] = normalise_with_offsets(read.join(""));
    const [chars, kept] = tighten([...normal], offsets);
    this.#offsets = kept;
    this.cut = is_long || chars.length > LIMIT;
    this.chars = chars.slice(0, LIMIT);
    this.kinds = this.chars.map(kind_of);
    [this.sentence, this.clause, this.#clause_starts] = segment(this.chars);
    this.sentence.forEach((sentence, index) => {
      if (!this.#first_clauses.has(sentence)) this.#first_clauses.set(sentence, this.clause[index]!);
    });
    const starts = automaton.find(this.chars);
    this.#listed = per_list(starts);
    this.#literals = literals;
    const phrases = new Phrases(this.chars, this.sentence, literals, starts.slice(LISTED.length));
    this.hits = (literal) => phrases.hits(literal);
    this.#dense = this.kinds.flatMap((kind, index) => (kind ? [index] : []));
    this.copied = this.#find_copied(stem);
    this.negators = this.#find_negators();
    this.#negator_starts = this.negators.map(([start]) => start);
    this.#denied = this.#find_denied();
  }

  typed(start: number, end: number): [number, number] {
    return [this.#offsets[start]!, this.#offsets[end - 1]! + 1];
  }

  is_denied(hit: Hit, others: readonly Hit[] = []): boolean {
    return (this.#denied[hit.end]! + this.#negations(hit.start, others)) % 2 === 1;
  }

  is_wrong_side(start: number, end: number, subject: readonly number[], against: readonly number[]): boolean {
    if (!subject.length || !against.length) return false;
    const key = `${subject}|${against}`;
    let mentions = this.#mentions.get(key);
    if (!mentions) this.#mentions.set(key, (mentions = this.#find_mentions(subject, against)));
    const [starts, wrong] = mentions;
    const before = bisect(starts, end) - 1;
    const first = this.#clause_starts[this.clause[start]!]!;
    if (before >= 0 && starts[before]! >= first) return wrong[before]!;
    if (before + 1 < starts.length && this.clause[starts[before + 1]!] === this.clause[end - 1]) return wrong[before + 1]!;
    return before >= 0 && wrong[before]! && start - starts[before]! <= SIDE_REACH;
  }

  likeness(pairs: readonly string[], counts: (place: number) => boolean): [permille: number, places: number[]] {
    this.#places ??= this.#find_places();
    const windows = new Map<number, number>();
    const found: number[] = [];
    for (const pair of pairs) {
      const places = (this.#places.get(pair) ?? []).filter(counts);
      found.push(...places);
      for (const window of new Set(places.flatMap((place) => this.#windows(place)))) {
        windows.set(window, (windows.get(window) ?? 0) + 1);
      }
    }
    if (!windows.size) return [0, []];
    let [best, most] = [-1, 0];
    for (const [window, count] of windows) {
      if (count > most || (count === most && window < best)) [best, most] = [window, count];
    }
    const places = found.filter((place) => this.#windows(place).includes(best)).sort((a, b) => a - b);
    return [quotient(most * 1000, pairs.length), places];
  }

  #windows(place: number): number[] {
    const clause = this.clause[place]!;
    const first = Math.max(this.#first_clauses.get(this.sentence[place]!)!, clause - CLAUSES + 1);
    return Array.from({ length: clause + 1 - first }, (_, index) => first + index);
  }

  #find_copied(stem: Chars): Uint8Array {
    const copied = new Uint8Array(this.chars.length);
    const grams = new Set<string>();
    for (let first = 0; first + COPIED <= stem.length; first += 1) grams.add(stem.slice(first, first + COPIED).join(""));
    const dense = this.#dense.map((index) => this.chars[index]!);
    for (let first = 0; grams.size && first + COPIED <= dense.length; first += 1) {
      if (grams.has(dense.slice(first, first + COPIED).join(""))) {
        for (const index of this.#dense.slice(first, first + COPIED)) copied[index] = 1;
      }
    }
    return copied;
  }

  #find_negators(): [number, number, number][] {
    const safe = new Uint8Array(this.chars.length); // how long the longest safe word over a character is
    for (const [start, end] of this.#listed.safe) {
      for (let index = start; index < end; index += 1) safe[index] = Math.max(safe[index]!, end - start);
    }
    const longest = new Map(this.#listed.negators); // sorted: the longest at each start comes last
    const shortest = new Map([...this.#listed.negators].reverse());
    const resets = this.#listed.resets;
    const reset_starts = resets.map(([start]) => start);
    const found: [number, number, number][] = [];
    let free = 0;
    for (const [start, end] of longest) {
      if (start < free || safe[start]! >= end - start) continue;
      free = end;
      const bare = end - start === 1;
      let reach = Math.min(start + (bare ? REACH_SHORT : REACH), this.#clause_end(this.clause[start]!) - 1);
      const following = resets[bisect(reset_starts, end + 1)];
      if (following) reach = Math.min(reach, following[1] - 1);
      if (bare) {
        const of = this.chars.slice(end + 1, end + 3).indexOf("的");
        if (of >= 0) reach = Math.min(reach, end + 1 + of);
      }
      found.push([start, shortest.get(start)!, reach]);
    }
    return found;
  }

  #find_denied(): Uint8Array {
    const denied = new Uint8Array(this.chars.length + 1);
    for (const [start, end] of this.#listed.denials) {
      if (this.#negations(start) % 2) continue;
      const clause = this.clause[start]!;
      let [first, reach] = [this.#clause_starts[clause]!, DENIAL_REACH];
      const goes_on = first > 0 && this.sentence[first - 1] === this.sentence[start];
      if (goes_on && DEMONSTRATIVES.some((word) => [...word].every((char, index) => this.chars[first + index] === char))) {
        [first, reach] = [this.#clause_starts[clause - 1]!, DENIAL_REACH_FAR];
      }
      denied.fill(1, Math.max(first, end - reach), start + 1);
    }
    return denied;
  }

  #negations(position: number, others: readonly Hit[] = []): number {
    let count = 0;
    const last = bisect(this.#negator_starts, position);
    for (let index = bisect(this.#negator_starts, position - REACH); index < last; index += 1) {
      const [start, first, reach] = this.negators[index]!;
      const is_inside = others.some((other) => other.start <= start && start < other.end);
      if (first <= position && position <= reach && !is_inside) count += 1;
    }
    return count;
  }

  #find_mentions(subject: readonly number[], against: readonly number[]): [number[], boolean[]] {
    const earlier = this.#earlier(subject, against);
    const spans = new Map<number, { start: number; end: number; wrong: boolean }>();
    for (const [names, wrong] of [[against, true], [subject, false]] as const) {
      for (const { start, end } of names.flatMap(this.hits)) spans.set(start * 2 * LIMIT + end, { start, end, wrong });
    }
    const comparators = new Set(this.#listed.comparators.map(([, end]) => end));
    const overcome = new Set(this.#listed.overcome.map(([, end]) => end));
    const compared = new Set(this.#listed.compared.map(([start]) => start));
    const mentions = new Map<number, boolean>();
    const ends: number[] = [];
    let covered = 0;
    for (const { start, end, wrong } of [...spans.values()].sort((a, b) => a.start - b.start || b.end - a.end)) {
      if (end <= covered) continue;
      covered = end;
      const beside = start > 0 && COMPANIONS.includes(this.chars[start - 1]!) && compared.has(end);
      if (comparators.has(start) || beside) continue;
      mentions.set(start, wrong);
      ends.push(end);
      if (wrong === earlier && overcome.has(start)) mentions.set(this.#clause_end(this.clause[start]!), !wrong);
    }
    if (earlier !== null) {
      for (const [first, turn] of this.#find_turns(ends)) {
        if (first < turn && !mentions.has(first)) mentions.set(first, earlier);
        if (!mentions.has(turn)) mentions.set(turn, !earlier);
      }
    }
    const starts = [...mentions.keys()].sort((a, b) => a - b);
    return [starts, starts.map((start) => mentions.get(start)!)];
  }

  #earlier(subject: readonly number[], against: readonly number[]): boolean | null {
    const is_named = (names: readonly number[]) =>
      names.some((name) => EARLIER.some((word) => this.#literals[name]!.join("").includes(word)));
    const is_against = is_named(against);
    return is_named(subject) === is_against ? null : is_against;
  }

  #find_turns(ends: readonly number[]): [first: number, turn: number][] {
    const turns = new Set(this.#listed.turns.map(([start]) => start));
    for (const [start] of this.#listed.turned) {
      const first = this.#clause_starts[this.clause[start]!]!;
      const towards = this.chars.slice(first, start).indexOf("向");
      if (towards >= 0) turns.add(first + towards);
    }
    const turned = new Map([...turns].sort((a, b) => b - a).map((turn) => [this.clause[turn]!, turn]));
    return [...turned].map(([clause, turn]) => {
      const named = bisect(ends, turn + 1);
      return [Math.max(this.#clause_starts[clause]!, named ? ends[named - 1]! : 0), turn];
    });
  }

  #find_places(): Map<string, number[]> {
    const places = new Map<string, number[]>();
    this.#dense.slice(1).forEach((second, index) => {
      const first = this.#dense[index]!;
      if (this.sentence[first] !== this.sentence[second]) return;
      const pair = this.chars[first]! + this.chars[second]!;
      const known = places.get(pair);
      if (!known) places.set(pair, [first]);
      else if (known.length < MOST_PLACES) known.push(first);
    });
    return places;
  }

  #clause_end(clause: number): number {
    return this.#clause_starts[clause + 1] ?? this.chars.length;
  }
}

export function prepare(literals: readonly Chars[]): Automaton {
  return new Automaton([...LISTED.map((word) => [...word]), ...literals]);
}

export function familiar(char: string): boolean {
  return FAMILIAR.has(char);
}

/** Whole part of a quotient of numbers that are not negative. */
export function quotient(dividend: number, divisor: number): number {
  return (dividend - (dividend % divisor)) / divisor;
}

/** How many of the sorted numbers are smaller: `bisect_left` of Python. */
export function bisect(sorted: readonly number[], number: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < number) low = middle + 1;
    else high = middle;
  }
  return low;
}

function tighten(chars: Chars, offsets: readonly number[]): [Chars, readonly number[]] {
  if (!chars.includes(" ")) return [chars, offsets];
  const kept = [...chars.keys()].filter(
    (index) => chars[index] !== " " || !(TIGHT.includes(chars[index - 1] ?? "") || TIGHT.includes(chars[index + 1] ?? "")),
  );
  return [kept.map((index) => chars[index]!), kept.map((index) => offsets[index]!)];
}

function segment(chars: Chars): [sentences: number[], clauses: number[], clause_starts: number[]] {
  const sentences: number[] = [];
  const clauses: number[] = [];
  const starts = [0];
  let sentence = 0;
  chars.forEach((char, index) => {
    sentences.push(sentence);
    clauses.push(starts.length - 1);
    let ends = SENTENCE_ENDS.includes(char);
    if (char === "\n") ends = index > 0 && !CLAUSE_ENDS.includes(chars[index - 1]!);
    else if (char === ".") {
      const after = chars[index + 1] ?? "";
      ends = !(("0" <= after && after <= "9") || ("a" <= after && after <= "z"));
    }
    if ((ends || CLAUSE_ENDS.includes(char)) && index + 1 < chars.length) starts.push(index + 1);
    if (ends) sentence += 1;
  });
  return [sentences, clauses, starts];
}

function per_list(starts: readonly (readonly number[])[]): Spans {
  let number = 0;
  const spans = {} as Spans;
  for (const [name, words] of Object.entries(LISTS)) {
    const found = words.flatMap((word) => starts[number++]!.map((start): Span => [start, start + [...word].length]));
    spans[name as keyof Spans] = found.sort(([a, b], [c, d]) => a - c || b - d);
  }
  return spans;
}
