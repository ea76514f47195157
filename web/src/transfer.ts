// The reader's answers as a file: they move between phone, computer and teacher without an account.
// The format is src/kejian/schemas/responses.schema.json.
import { checkSaved, type Saved, type Store } from "./store.ts";

export const SCHEMA = 1;
const QUESTION_ID = /^[a-z0-9]+(-[a-z0-9]+)*$/;

export interface AnswerFile {
  kejian: "responses";
  schema: number;
  book: string;
  exported: string;
  answers: (Saved & { question: string })[];
}

/** Everything in the store, in the order of the question ids. */
export function exportAnswers(store: Store, now: Date): AnswerFile {
  const answers = [...store.all()]
    .map(([question, saved]) => ({ question, ...saved }))
    .sort((a, b) => (a.question < b.question ? -1 : 1));
  return { kejian: "responses", schema: SCHEMA, book: store.book, exported: now.toISOString(), answers };
}

export type ImportResult =
  | { ok: true; imported: string[]; kept: string[] }
  | { ok: false; reason: "broken" }
  | { ok: false; reason: "version"; version: number }
  | { ok: false; reason: "other-book"; book: string };

/**
 * Put the answers of a file into the store. An answer on this device that is newer than the file's is kept.
 * A file that is not wholly right changes nothing.
 */
export function importAnswers(store: Store, text: string): ImportResult {
  const file = parseFile(text);
  if (!file) return { ok: false, reason: "broken" };
  if (file.schema > SCHEMA) return { ok: false, reason: "version", version: file.schema };
  if (file.book !== store.book) return { ok: false, reason: "other-book", book: file.book };
  const imported: string[] = [];
  const kept: string[] = [];
  for (const { question, ...saved } of file.answers) {
    const here = store.get(question);
    if (here && here.at > saved.at) kept.push(question);
    else {
      store.set(question, saved);
      imported.push(question);
    }
  }
  return { ok: true, imported, kept };
}

function parseFile(text: string): AnswerFile | null {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof data !== "object" || data === null) return null;
  const { kejian, schema, book, exported, answers } = data as Record<string, unknown>;
  if (kejian !== "responses" || typeof schema !== "number" || typeof book !== "string") return null;
  if (schema > SCHEMA) return { kejian, schema, book, exported: "", answers: [] };
  if (typeof exported !== "string" || !Array.isArray(answers)) return null;
  const checked: AnswerFile["answers"] = [];
  for (const answer of answers as unknown[]) {
    const saved = checkSaved(answer);
    const question = (answer as Record<string, unknown> | null)?.question;
    if (!saved || typeof question !== "string" || !QUESTION_ID.test(question)) return null;
    checked.push({ question, ...saved });
  }
  return { kejian, schema, book, exported, answers: checked };
}
