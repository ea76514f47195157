// Grading of essays by rubric; twin of src/kejian/grading/essay.py, where every rule is explained.
// Rubrics come compiled from src/kejian/grading/essay_rubric.py: `rubric_json`.

import { Reading, bisect, familiar, prepare, quotient } from "./essay_match.ts";
import { HAN_KIND, MOST_HITS, type Automaton, type Chars, type Hit } from "./essay_phrases.ts";
import { INTERJECTIONS } from "./essay_words.ts";
import { HUNDREDTHS, type Flag, type GroupResult, type PointResult, type Result, type Status } from "./result.ts";

const FULL = 1000;
const STEP = 50;
const PARTIAL_FROM = 250;
const PARTIAL_TO = 550;
const PARTIAL_MOST = 700;
const ALIKE_LEAST = 150;
const ALIGNED = 350;
const LISTED_POINTS = 3;
const GLUE = 1;
const LISTED_MOST = 400;
const STRANGE_MOST = 650;
const STRANGE_LEAST = 6;
const GIBBERISH_MOST = 300;
const RANKS: readonly Status[] = ["ok", "listed", "wrong_side", "negated", "copied"];

export interface CompiledPoint {
  readonly id: string;
  readonly weight: number;
  readonly patterns: readonly (readonly (readonly number[])[])[];
  readonly negative: boolean;
  readonly subject: readonly number[];
  readonly against: readonly number[];
  readonly requires: string | null;
  readonly window: number;
  readonly reference: readonly string[];
  readonly deniable: boolean;
}

export interface CompiledGroup {
  readonly id: string;
  readonly max_score: number;
  readonly points: readonly CompiledPoint[];
}

export interface CompiledRubric {
  readonly max_score: number;
  readonly alignment: number;
  readonly min_chars: number;
  readonly stem: string;
  readonly literals: readonly string[];
  readonly groups: readonly CompiledGroup[];
  readonly model: readonly (readonly string[])[];
  readonly vocabulary: string;
}

type Judgement = Pick<PointResult, "status" | "credit" | "spans">;

interface Candidate {
  readonly status: Status;
  readonly edits: number;
  readonly start: number;
  readonly end: number;
  readonly parts: readonly Hit[];
}

export function grade_essay(compiled: CompiledRubric, text: string): Result {
  const { literals, automaton, stem, vocabulary } = prepared(compiled);
  const reading = new Reading(text, literals, automaton, stem);
  const points = compiled.groups.flatMap((group) => group.points.map((point) => [group.id, point] as const));
  const found = points.map(([, point]) => candidates_of(reading, point));
  const listed = listed_sentences(reading, found);
  const judged = points.map(([, point], index) => judge(reading, point, found[index]!, listed));
  const results = require_points(points.map(([, point]) => point), judged);
  const details = points.map(([group, { id, weight }], index): PointResult => {
    const { status, credit, spans } = results[index]!;
    return { id, group, status, weight, credit, score: divide(weight * credit, FULL / HUNDREDTHS), spans };
  });
  const groups = compiled.groups.map((group) => total_of(group, details));
  const blocked = new Set(results.flatMap(({ status }, index) => (status === "blocked" ? [index] : [])));
  const alignment = alignment_of(reading, compiled.model, found, blocked, listed);
  const made = sum(groups.map((group) => group.score));
  const alike = Math.max(made * FULL, compiled.max_score * alignment);
  let total = made * (100 - compiled.alignment) * FULL + alike * compiled.alignment;
  const gibberish = is_gibberish(reading, found, vocabulary);
  if (gibberish) total = Math.min(total, compiled.max_score * 100 * GIBBERISH_MOST);
  const score = Math.min(compiled.max_score, divide(total, 100 * FULL * STEP) * STEP);
  const chars = reading.kinds.filter((kind) => kind !== 0).length;
  const earned = details.filter((point) => point.credit).map((point) => point.status);
  const raised: Record<Flag, boolean> = {
    keyword_list: 0 < earned.length && earned.length <= 2 * earned.filter((status) => status === "listed").length,
    gibberish,
    contradiction: found.some((some) => contradicts(reading, some)),
    too_short: 0 < chars && chars < compiled.min_chars,
    long: reading.cut,
  };
  const flags = (Object.keys(raised) as Flag[]).filter((flag) => raised[flag]);
  const verdict = score === compiled.max_score ? "correct" : score ? "partial" : "wrong";
  return {
    verdict: reading.chars.length ? verdict : "blank",
    score,
    max_score: compiled.max_score,
    right: [],
    wrong: [],
    missed: [],
    detail: { groups, points: details, flags, alignment, chars },
  };
}

function candidates_of(reading: Reading, point: CompiledPoint): Candidate[] {
  const found: Candidate[] = [];
  for (const pattern of point.patterns) {
    const slots = pattern.map((slot) => slot.flatMap(reading.hits).sort(by_place).slice(0, MOST_HITS));
    if (slots.some((slot) => !slot.length)) continue;
    const affirmed = slots.slice(1).map((slot) => slot.filter((hit) => !reading.is_denied(hit)));
    for (const first of slots[0]!) {
      // the nearest ones may be denied while others are not
      for (const others of [affirmed, slots.slice(1)].slice(0, slots.length)) {
        const parts = [first];
        for (const slot of others) {
          const near = nearest(reading, slot, first);
          if (near) parts.push(near);
        }
        const candidate = parts.length === slots.length ? candidate_of(reading, point, parts) : null;
        if (candidate) found.push(candidate);
      }
    }
  }
  return found;
}

function nearest(reading: Reading, slot: readonly Hit[], first: Hit): Hit | null {
  let index = 0;
  let high = slot.length;
  while (index < high) {
    const middle = (index + high) >> 1;
    if (slot[middle]!.start < first.end) index = middle + 1;
    else high = middle;
  }
  const after = slot[index];
  while (index && slot[index - 1]!.end > first.start) index -= 1;
  const sentence = reading.sentence[first.start];
  const distance = (hit: Hit) => Math.max(hit.start - first.end, first.start - hit.end);
  let best: Hit | null = null;
  for (const hit of [slot[index - 1], after]) {
    if (hit && reading.sentence[hit.start] === sentence && (!best || distance(hit) < distance(best))) best = hit;
  }
  return best;
}

function candidate_of(reading: Reading, point: CompiledPoint, parts: readonly Hit[]): Candidate | null {
  const start = Math.min(...parts.map((hit) => hit.start));
  const end = Math.max(...parts.map((hit) => hit.end));
  if (end - start - sum(parts.map((hit) => hit.end - hit.start)) > point.window) return null;
  let status: Status = "ok";
  const is_denied = parts.some((hit) => reading.is_denied(hit, parts));
  if (parts.every((hit) => reading.copied.subarray(hit.start, hit.end).every((copied) => copied))) status = "copied";
  else if (reading.is_wrong_side(start, end, point.subject, point.against)) {
    if (is_denied) return null; // that the other side lacks it is no mistake
    status = "wrong_side";
  } else if (is_denied && !point.negative) status = "negated";
  return { status, edits: sum(parts.map((hit) => hit.edits)), start, end, parts };
}

function listed_sentences(reading: Reading, found: readonly (readonly Candidate[])[]): Set<number> {
  const made = new Map<number, Set<number>>();
  const covered = new Set<number>();
  found.forEach((candidates, number) => {
    for (const { status, start, parts } of candidates) {
      if (status !== "ok") continue;
      const sentence = reading.sentence[start]!;
      made.set(sentence, (made.get(sentence) ?? new Set()).add(number));
      for (const hit of parts) for (let index = hit.start; index < hit.end; index += 1) covered.add(index);
    }
  });
  const listed = new Set<number>();
  for (const [sentence, numbers] of made) {
    if (numbers.size < LISTED_POINTS) continue;
    let glue = 0;
    for (let index = bisect(reading.sentence, sentence); reading.sentence[index] === sentence; index += 1) {
      if (reading.kinds[index] && !covered.has(index) && !INTERJECTIONS.includes(reading.chars[index]!)) glue += 1;
    }
    if (glue < GLUE * numbers.size) listed.add(sentence);
  }
  return listed;
}

function judge(reading: Reading, point: CompiledPoint, candidates: readonly Candidate[], listed: Set<number>): Judgement {
  const status = (candidate: Candidate): Status =>
    candidate.status === "ok" && listed.has(reading.sentence[candidate.start]!) ? "listed" : candidate.status;
  const rank = (candidate: Candidate) =>
    [RANKS.indexOf(status(candidate)), candidate.edits, candidate.start, candidate.end] as const;
  let best: Candidate | null = null;
  for (const candidate of candidates) if (!best || precedes(rank(candidate), rank(best))) best = candidate;
  if (!best || best.status === "copied") {
    const part = partial(reading, point, listed);
    if (part) return part;
    if (!best) return { status: "missing", credit: 0, spans: [] };
  }
  const credit = { ok: FULL, listed: LISTED_MOST }[status(best) as string] ?? 0;
  const spans = [...best.parts].sort(by_place).map((hit) => reading.typed(hit.start, hit.end));
  return { status: status(best), credit, spans };
}

function partial(reading: Reading, point: CompiledPoint, listed: Set<number>): Judgement | null {
  const counts = (place: number) =>
    !listed.has(reading.sentence[place]!) &&
    !reading.is_wrong_side(place, place + 2, point.subject, point.against) &&
    !(point.deniable && reading.is_denied({ start: place, end: place + 1, edits: 0 }));
  if (!point.reference.length) return null;
  const [likeness, places] = reading.likeness(point.reference, counts);
  if (likeness <= PARTIAL_FROM) return null;
  const share = Math.min(FULL, quotient((likeness - PARTIAL_FROM) * FULL, PARTIAL_TO - PARTIAL_FROM));
  const spans = joined(reading, places).map(([start, end]) => reading.typed(start, end));
  return { status: "partial", credit: quotient(share * PARTIAL_MOST, FULL), spans };
}

function joined(reading: Reading, places: readonly number[]): [number, number][] {
  const spans = new Map<number, [number, number]>();
  for (const place of places) {
    const [first] = spans.get(reading.clause[place]!) ?? [place];
    spans.set(reading.clause[place]!, [first, Math.min(place + 2, reading.chars.length)]);
  }
  return [...spans.values()];
}

function require_points(points: readonly CompiledPoint[], judged: readonly Judgement[]): Judgement[] {
  const results = [...judged];
  for (const _ of points) {
    const earned = new Set(points.flatMap(({ id }, index) => (results[index]!.credit ? [id] : [])));
    points.forEach(({ requires }, index) => {
      const { credit, spans } = results[index]!;
      if (credit && requires !== null && !earned.has(requires)) results[index] = { status: "blocked", credit: 0, spans };
    });
  }
  return results;
}

function total_of(group: CompiledGroup, details: readonly PointResult[]): GroupResult {
  const own = details.filter((point) => point.group === group.id);
  const listed = sum(own.filter((point) => point.status === "listed").map((point) => point.score));
  const rest = sum(own.filter((point) => point.status !== "listed").map((point) => point.score));
  const most = quotient(group.max_score * LISTED_MOST, FULL);
  const score = Math.min(group.max_score, rest + Math.min(most, listed));
  return { id: group.id, score, max_score: group.max_score };
}

function alignment_of(
  reading: Reading,
  model: readonly (readonly string[])[],
  found: readonly (readonly Candidate[])[],
  blocked: Set<number>,
  listed: Set<number>,
): number {
  const denied = new Set<number>();
  found.forEach((candidates, index) => {
    for (const { status, parts } of candidates) {
      if (!blocked.has(index) && status !== "negated" && status !== "wrong_side") continue;
      for (const hit of parts) denied.add(reading.clause[hit.start]!);
    }
  });
  const counts = (place: number) => !denied.has(reading.clause[place]!) && !listed.has(reading.sentence[place]!);
  const likenesses = model.map((part) => reading.likeness(part, counts)[0]);
  const total = sum(likenesses.filter((likeness) => likeness >= ALIKE_LEAST));
  return Math.min(FULL, quotient(total * FULL, ALIGNED * Math.max(1, model.length)));
}

function is_gibberish(reading: Reading, found: readonly (readonly Candidate[])[], vocabulary: Set<string>): boolean {
  const covered = reading.copied.slice();
  for (const { parts } of found.flat()) for (const hit of parts) covered.fill(1, hit.start, hit.end);
  const rest = reading.chars.filter((_, index) => reading.kinds[index] === HAN_KIND && !covered[index]);
  const strange = rest.filter((char) => !familiar(char) && !vocabulary.has(char)).length;
  return strange >= STRANGE_LEAST && strange * FULL > STRANGE_MOST * rest.length;
}

function contradicts(reading: Reading, candidates: readonly Candidate[]): boolean {
  const sentence = (candidate: Candidate) => reading.sentence[candidate.start]!;
  const made = new Set(candidates.filter(({ status }) => status === "ok").map(sentence));
  const denied = candidates.filter(({ status, edits }) => status === "negated" && edits === 0);
  return made.size > 0 && denied.some((candidate) => !made.has(sentence(candidate)));
}

function divide(dividend: number, divisor: number): number {
  return quotient(2 * dividend + divisor, 2 * divisor);
}

interface Prepared {
  readonly literals: readonly Chars[];
  readonly automaton: Automaton;
  readonly stem: Chars;
  readonly vocabulary: Set<string>;
}

/** What the Python twin keeps in its compiled rubric; here it is made when a rubric is first used. */
function prepared(compiled: CompiledRubric): Prepared {
  let known = PREPARED.get(compiled);
  if (!known) {
    const literals = compiled.literals.map((literal) => [...literal]);
    known = { literals, automaton: prepare(literals), stem: [...compiled.stem], vocabulary: new Set(compiled.vocabulary) };
    PREPARED.set(compiled, known);
  }
  return known;
}

const PREPARED = new WeakMap<CompiledRubric, Prepared>();

function by_place(a: Hit, b: Hit): number {
  return a.start - b.start || a.end - b.end || a.edits - b.edits;
}

function precedes(a: readonly number[], b: readonly number[]): boolean {
  const differs = a.findIndex((number, index) => number !== b[index]);
  return differs >= 0 && a[differs]! < b[differs]!;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
