// How texts are compared, counted and found; twin of src/kejian/grading/text.py, where every rule is explained.

import { CJK, HAN, REMOVED, SOURCES, TARGETS, WORD } from "./tables.ts";

type Ranges = readonly (readonly [number, number])[];

const JOINERS = "'-.";

export function normalise(text: string): string {
  return normalise_with_offsets(text)[0];
}

export function normalise_with_offsets(text: string): [string, number[]] {
  const folded: [string, number][] = [];
  let typed_offset = 0;
  for (const typed of text) {
    for (const char of FOLD.get(typed) ?? typed) folded.push([char, typed_offset]);
    typed_offset += 1;
  }
  const kept: string[] = [];
  const offsets: number[] = [];
  folded.forEach(([char, offset], index) => {
    const before = kept.at(-1) ?? "\n";
    const after = folded[index + 1]?.[0] ?? "\n";
    if ((char === "\n" && before === "\n") || (char === " " && (absorbs(before) || absorbs(after)))) return;
    kept.push(char);
    offsets.push(offset);
  });
  if (kept.at(-1) === "\n") {
    kept.pop();
    offsets.pop();
  }
  return [kept.join(""), offsets];
}

export function by_code_point(a: string, b: string): number {
  const [x, y] = [Array.from(a, code_of), Array.from(b, code_of)];
  const differs = x.findIndex((code, index) => code !== y[index]);
  if (differs < 0) return Math.sign(x.length - y.length);
  return differs < y.length ? Math.sign(x[differs]! - y[differs]!) : 1;
}

export function count_text(text: string): [han: number, words: number] {
  const chars = [...normalise(text)];
  let han = 0;
  let words = 0;
  let in_word = false;
  chars.forEach((char, index) => {
    if (is_in(char, WORD)) {
      if (!in_word) words += 1;
      in_word = true;
    } else {
      if (is_in(char, HAN)) han += 1;
      const follows = chars[index + 1] ?? "";
      in_word = in_word && JOINERS.includes(char) && follows !== "" && is_in(follows, WORD);
    }
  });
  return [han, words];
}

export function find_quote(page_text: string, quote: string): [start: number, end: number] | null {
  const [normal, offsets] = normalise_with_offsets(page_text);
  const page = [...normal].map((char, index) => [char, offsets[index]!] as const).filter(([c]) => !" \n".includes(c));
  const sought = normalise(quote).replace(/[ \n]/g, "");
  const joined = page.map(([char]) => char).join("");
  const found = joined.indexOf(sought);
  if (found < 0 || !sought) return null;
  const first = [...joined.slice(0, found)].length; // indexOf counts UTF-16 units
  let end = page[first + [...sought].length - 1]![1] + 1;
  const typed = [...page_text];
  while (FOLD.get(typed[end] ?? "") === "") end += 1; // an accent belongs to the letter before it
  return [page[first]![1], end];
}

function absorbs(neighbour: string): boolean {
  return " \n".includes(neighbour) || is_in(neighbour, CJK);
}

function is_in(char: string, ranges: Ranges): boolean {
  const code = code_of(char);
  return ranges.some(([first, last]) => first <= code && code <= last);
}

function read_numbers(encoded: string): number[] {
  const numbers: number[] = [];
  let number = 0;
  let value = 0;
  let scale = 1;
  for (const char of encoded) {
    const digit = BASE64.indexOf(char);
    value += (digit % 32) * scale;
    scale *= 32;
    if (digit < 32) {
      number += value % 2 ? -(value - 1) / 2 : value / 2;
      numbers.push(number);
      value = 0;
      scale = 1;
    }
  }
  return numbers;
}

function read_folds(): Map<string, string> {
  const folds = new Map<string, string>();
  const targets = read_numbers(TARGETS);
  read_numbers(SOURCES).forEach((code, index) => {
    const source = String.fromCodePoint(code);
    folds.set(source, (folds.get(source) ?? "") + String.fromCodePoint(targets[index]!));
  });
  for (const [ranges, replacement] of [[REMOVED, ""], [SURROGATES, "\ufffd"]] as [Ranges, string][]) {
    for (const [first, last] of ranges) {
      for (let code = first; code <= last; code += 1) folds.set(String.fromCodePoint(code), replacement);
    }
  }
  return folds;
}

function code_of(char: string): number {
  return char.codePointAt(0)!;
}

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const SURROGATES: Ranges = [[0xd800, 0xdfff]];
const FOLD = read_folds();
