// Where answers are kept: the browser's local storage, one entry per question, so that two tabs that answer
// different questions never overwrite each other.

/** What is known of one question. */
export interface Saved {
  /** Letters in order (`ACD`) or the text of an essay. */
  response: string;
  /** Whether the reader asked for the verdict. */
  submitted: boolean;
  /** Content hash of the question when it was answered. */
  hash: string;
  quiz: string;
  /** When it was last changed, ISO 8601 in UTC. */
  at: string;
  /** The mark that the reader thinks wrong (hundredths of a point), for the teacher to look at. */
  appeal?: { score: number; max_score: number };
}

export type StoreProblem = "blocked" | "full";

const VERSION = 1;

export interface Store {
  readonly book: string;
  /** Why saving does not work, if it does not. The quiz works all the same, until the tab closes. */
  readonly problem: StoreProblem | null;
  get(question: string): Saved | null;
  set(question: string, saved: Saved): void;
  remove(question: string): void;
  all(): Map<string, Saved>;
  /** Calls back when another tab changed a question (null: everything). */
  watch(changed: (question: string | null) => void): void;
}

/**
 * The store of one book. Each edition has its own, so that what was practised does not appear in an exam;
 * `storage` is passed in by tests.
 */
export function openStore(book: string, edition = "practice", storage = () => window.localStorage): Store {
  const prefix = `kejian:${VERSION}:${book}:${edition === "practice" ? "" : `${edition}:`}`;
  // holds what could not be written, so that nothing the reader typed is lost while the tab lives
  const memory = new Map<string, Saved | null>();
  // the names of other editions begin alike, and go on with the edition and a colon
  const own = (name: string) => {
    const question = name.startsWith(prefix) ? name.slice(prefix.length) : "";
    return question.includes(":") ? "" : question;
  };
  let disk: Storage | null = null;
  let problem: StoreProblem | null = null;
  try {
    disk = storage();
    const probe = `${prefix}probe`;
    try {
      disk.setItem(probe, "1");
      disk.removeItem(probe);
    } catch {
      problem = "full"; // reading still works
    }
  } catch {
    problem = "blocked"; // private mode, or storage forbidden: even touching it throws
  }

  return {
    book,
    get problem() {
      return problem;
    },
    get(question) {
      if (memory.has(question)) return memory.get(question) ?? null;
      try {
        return parseSaved(disk?.getItem(prefix + question) ?? null);
      } catch {
        return null;
      }
    },
    set(question, saved) {
      try {
        if (!disk) throw new Error("no storage");
        disk.setItem(prefix + question, JSON.stringify(saved));
        memory.delete(question);
        problem = null;
      } catch {
        memory.set(question, saved);
        problem = disk ? "full" : "blocked";
      }
    },
    remove(question) {
      memory.delete(question);
      try {
        disk?.removeItem(prefix + question);
      } catch {
        memory.set(question, null);
      }
    },
    all() {
      const found = new Map<string, Saved>();
      for (let i = 0; disk && i < disk.length; i++) {
        const name = disk.key(i);
        const question = name && own(name);
        const saved = question ? parseSaved(disk.getItem(name)) : null;
        if (question && saved) found.set(question, saved);
      }
      for (const [question, saved] of memory) {
        if (saved) found.set(question, saved);
        else found.delete(question);
      }
      return found;
    },
    watch(changed) {
      window.addEventListener("storage", (event) => {
        if (event.key === null) changed(null);
        else {
          const question = own(event.key);
          if (question) changed(question);
        }
      });
    },
  };
}

/** The saved entry in a JSON text; null when it is none (another program's, an old version's, damaged). */
export function parseSaved(text: string | null): Saved | null {
  if (text === null) return null;
  try {
    return checkSaved(JSON.parse(text));
  } catch {
    return null;
  }
}

/** The value when it is a saved entry, else null. */
export function checkSaved(value: unknown): Saved | null {
  if (typeof value !== "object" || value === null) return null;
  const { response, submitted, hash, quiz, at, appeal } = value as Record<string, unknown>;
  const right =
    typeof response === "string" &&
    typeof submitted === "boolean" &&
    typeof hash === "string" &&
    typeof quiz === "string" &&
    typeof at === "string";
  if (!right) return null;
  const { score, max_score } = (appeal ?? {}) as Record<string, unknown>;
  const appealed = typeof score === "number" && typeof max_score === "number";
  return { response, submitted, hash, quiz, at, ...(appealed ? { appeal: { score, max_score } } : {}) };
}
