// The notebook widget: the questions of a page over a model that Python shares (src/kejian/notebook/widget.py).
// Built as one ES module, which anywidget loads from a blob.
import { startBar, type Bar } from "./bar.ts";
import { startQuestion, type Question } from "./quiz.ts";
import { checkSaved, type Saved, type Store } from "./store.ts";
import { sayFrom, type Say, type TextName } from "./texts.ts";

/** A model of anywidget. On static pages `set` and `get` work; the others are missing or throw. */
export interface Model {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  save_changes?(): void;
  on?(event: string, listener: () => void): void;
  off?(event: string, listener: () => void): void;
}

/** A pause in typing after which Python is told, in milliseconds. */
const PAUSE = 300;
/** How long Python may take to say that it has heard; a restarted kernel never will. */
const GRACE = 4000;
/** JupyterLab looks for this on the very element that has the focus. */
const SUPPRESS = "data-lm-suppress-shortcuts";
let views = 0;

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const say = notebookWords(sayFrom(model.get("_words") as Record<TextName, string>));
  el.classList.add("kejian-widget");
  el.lang = text(model, "_language");
  el.dir = "ltr";
  el.setAttribute("role", "region");
  el.setAttribute("aria-label", text(model, "_title") || say("bar.label"));
  el.innerHTML = text(model, "_html"); // made and escaped by kejian.markup
  const copy = text(model, "_copy");
  ownIds(el, `-${copy.slice(0, 8)}-${++views}`); // each model has this module, and so its counter, for itself
  hideStatic(el, copy);

  const store = modelStore(model);
  const questions: Question[] = [];
  let bar: Bar | null = null;
  for (const form of el.querySelectorAll<HTMLFormElement>("form.kejian-question"))
    questions.push(startQuestion(form, store, say, () => bar?.update(), twice(say, "reset")));
  const last = el.lastElementChild;
  if (last && questions.length > 1) bar = startBar(last, questions, store, say, twice(say, "bar.clear"));
  const notes = note(el, say);

  const update = (changed: ReadonlySet<string>) => {
    for (const question of questions) if (changed.has(question.id)) question.load();
    bar?.update();
  };
  const tell = () => notes.tell(text(model, "_kept"), text(model, "_unkept"));
  tell();
  const stop = [
    store.listen(update),
    listen(model, "change:_kept", tell),
    listen(model, "change:_unkept", tell),
    watchKernel(model, el, notes.silent),
    keepKeys(el),
  ];
  // a tick, and a text that is left, go to Python at once: the next cell may ask for them
  el.addEventListener("change", store.flush);
  const hidden = () => document.visibilityState === "hidden" && store.flush();
  document.addEventListener("visibilitychange", hidden);
  return () => {
    store.flush();
    document.removeEventListener("visibilitychange", hidden);
    for (const end of stop) end();
  };
}

export default { render };

interface ModelStore extends Store {
  /** Sends what is waiting to Python. */
  flush(): void;
  /** Calls back with the ids of questions that others changed; gives the function that ends it. */
  listen(changed: (ids: ReadonlySet<string>) => void): () => void;
}

/**
 * Answers in the trait `responses`. Where nobody listens (a static page) they live as long as the page.
 *
 * The model is set only when it is sent: a value that is set and not yet sent is overwritten by the echo of the one
 * before, and with it what the learner typed in between.
 */
export function modelStore(model: Model): ModelStore {
  const unsent = new Map<string, Saved | null>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let known = read(model);

  const flush = () => {
    clearTimeout(timer);
    if (unsent.size === 0) return;
    attempt(() => {
      model.set("responses", Object.fromEntries(known));
      model.set("_sent", `${Date.now()}-${Math.random()}`);
      model.save_changes?.();
    });
    unsent.clear(); // last, since `set` calls all listeners
  };
  const put = (question: string, saved: Saved | null, now: boolean) => {
    unsent.set(question, saved);
    known = changed(known, unsent);
    clearTimeout(timer);
    if (now) queueMicrotask(flush); // not at once: a whole paper goes in one message
    else timer = setTimeout(flush, PAUSE);
  };

  return {
    book: "",
    problem: null,
    flush,
    get: (question) => known.get(question) ?? null,
    all: () => known,
    set: (question, saved) => put(question, saved, saved.submitted),
    remove(question) {
      if (known.has(question)) put(question, null, true);
    },
    watch() {}, // other tabs have a model of their own
    listen: (heard) =>
      listen(model, "change:responses", () => {
        const before = known;
        known = changed(read(model), unsent);
        const ids = [...before.keys(), ...known.keys()];
        const other = new Set(ids.filter((id) => JSON.stringify(before.get(id)) !== JSON.stringify(known.get(id))));
        if (other.size > 0) heard(other);
      }),
  };
}

function changed(answers: Map<string, Saved>, changes: Map<string, Saved | null>): Map<string, Saved> {
  const result = new Map(answers);
  for (const [question, saved] of changes)
    if (saved) result.set(question, saved);
    else result.delete(question);
  return result;
}

/** Marks the element while Python has not answered, and calls back when it is overdue; gives what ends it. */
export function watchKernel(model: Model, el: Pick<Element, "toggleAttribute">, silent: (overdue: boolean) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    const waiting = model.get("_heard") !== model.get("_sent");
    el.toggleAttribute("data-waiting", waiting);
    clearTimeout(timer);
    if (waiting) timer = setTimeout(() => silent(true), GRACE);
    else silent(false);
  };
  const stop = [listen(model, "change:_sent", look), listen(model, "change:_heard", look)];
  return () => {
    clearTimeout(timer);
    for (const end of stop) end();
  };
}

function read(model: Model): Map<string, Saved> {
  const found = new Map<string, Saved>();
  for (const [question, value] of Object.entries((model.get("responses") ?? {}) as Record<string, unknown>)) {
    const saved = checkSaved(value);
    if (saved) found.set(question, saved);
  }
  return found;
}

function listen(model: Model, event: string, listener: () => void): () => void {
  attempt(() => model.on?.(event, listener));
  return () => attempt(() => model.off?.(event, listener));
}

/** On a static page, and after the kernel has gone, a model may refuse; the quiz works all the same. */
function attempt(act: () => void): void {
  try {
    act();
  } catch {
    // nothing to do: the answers stay in this view
  }
}

function text(model: Model, name: string): string {
  return String(model.get(name) ?? "");
}

/** A notebook keeps its answers in a file already, so it has no button to download them. */
function notebookWords(say: Say): Say {
  return (name, values) => say(name === "essay.appealed" ? "essay.appealed.notebook" : name, values);
}

/** The same question may stand in two outputs, but an id only once in a page. */
function ownIds(root: HTMLElement, suffix: string): void {
  for (const name of ["id", "for", "aria-describedby"])
    for (const element of root.querySelectorAll(`[${name}]`))
      element.setAttribute(name, element.getAttribute(name) + suffix);
}

/** The output beside this one shows the questions where there is no kernel. */
function hideStatic(root: HTMLElement, copy: string): void {
  const style = document.createElement("style");
  style.textContent = `.kejian-static[data-copy="${CSS.escape(copy)}"]{display:none}`;
  root.append(style);
}

/** Asks by a second press: some notebooks forbid `confirm`. */
function twice(say: Say, name: TextName): (button: HTMLButtonElement) => boolean {
  return (button) => {
    if (button.dataset.sure) {
      delete button.dataset.sure;
      button.textContent = say(name);
      return true;
    }
    button.dataset.sure = "true";
    button.textContent = say("bar.clear.again");
    const forget = () => {
      delete button.dataset.sure;
      button.textContent = say(name);
    };
    button.addEventListener("blur", forget, { once: true });
    return false;
  };
}

/** Lines below the quiz: where answers are kept, why they are not, that the kernel does not answer. */
function note(root: HTMLElement, say: Say): { tell(kept: string, unkept: string): void; silent(overdue: boolean): void } {
  const line = (name: string, role: string) => {
    const made = root.appendChild(document.createElement("p"));
    made.className = name;
    made.setAttribute("role", role);
    return made;
  };
  const kept = line("kejian-note", "note");
  const unkept = line("kejian-warning", "alert");
  const overdueLine = line("kejian-warning", "alert");
  return {
    tell(where, why) {
      kept.textContent = where;
      unkept.textContent = why;
    },
    silent(overdue) {
      overdueLine.textContent = overdue ? say("store.unheard") : "";
    },
  };
}

/** Keys typed here are no shortcuts of the notebook, save the one that saves it. */
function keepKeys(root: HTMLElement): () => void {
  const saves = (event: KeyboardEvent) => (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s";
  const mark = (event: KeyboardEvent) => {
    const target = event.target;
    if (target instanceof Element && root.contains(target)) target.toggleAttribute(SUPPRESS, !saves(event));
  };
  const stop = (event: KeyboardEvent) => {
    if (!saves(event)) event.stopPropagation();
  };
  // before JupyterLab, which may listen to the document in the capturing phase; others listen in the bubbling one
  window.addEventListener("keydown", mark, true);
  for (const kind of ["keydown", "keypress", "keyup"] as const) root.addEventListener(kind, stop);
  return () => window.removeEventListener("keydown", mark, true);
}
