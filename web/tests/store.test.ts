// Keeping and moving answers, without a browser.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openStore, parseSaved, type Saved } from "../src/store.ts";
import { exportAnswers, importAnswers } from "../src/transfer.ts";

const saved = (response: string, at = "2026-01-01T00:00:00.000Z"): Saved => ({
  response,
  submitted: true,
  hash: "0123456789ab",
  quiz: "quiz",
  at,
});

/** As much of the browser's storage as the store uses; `fault` makes writing fail. */
function memory(fault = false): Storage {
  const map = new Map<string, string>();
  return {
    get length() {
      return map.size;
    },
    key: (i: number) => [...map.keys()][i] ?? null,
    getItem: (name: string) => map.get(name) ?? null,
    setItem: (name: string, value: string) => {
      if (fault) throw new Error("full");
      map.set(name, value);
    },
    removeItem: (name: string) => void map.delete(name),
    clear: () => map.clear(),
  };
}

test("an answer comes back, and only its own book sees it", () => {
  const disk = memory();
  openStore("a", "practice", () => disk).set("q-1", saved("B"));
  assert.equal(openStore("a", "practice", () => disk).get("q-1")?.response, "B");
  assert.equal(openStore("b", "practice", () => disk).get("q-1"), null);
  assert.equal(openStore("b", "practice", () => disk).all().size, 0);
  assert.equal(openStore("a", "exam", () => disk).get("q-1"), null);
  openStore("a", "exam", () => disk).set("q-2", saved("C"));
  assert.deepEqual([...openStore("a", "practice", () => disk).all().keys()], ["q-1"]);
  assert.deepEqual([...openStore("a", "exam", () => disk).all().keys()], ["q-2"]);
});

test("forbidden or full storage keeps everything while the page lives, and says why", () => {
  const blocked = openStore("a", "practice", () => {
    throw new Error("forbidden");
  });
  const full = openStore("a", "practice", () => memory(true));
  for (const [store, problem] of [[blocked, "blocked"], [full, "full"]] as const) {
    assert.equal(store.problem, problem);
    store.set("q-1", saved("B"));
    assert.equal(store.get("q-1")?.response, "B");
    assert.deepEqual([...store.all().keys()], ["q-1"]);
    store.remove("q-1");
    assert.equal(store.get("q-1"), null);
  }
});

test("damaged entries are nobody's answers", () => {
  for (const text of ["", "null", "[]", "{", '{"response":1}', '{"response":"A","submitted":"yes"}'])
    assert.equal(parseSaved(text), null, text);
});

test("what is exported can be imported, also into another browser", () => {
  const from = openStore("a", "practice", () => memory());
  const to = openStore("a", "practice", () => memory());
  from.set("q-2", saved("AC"));
  from.set("q-1", saved("“正文”\n😀 </script>"));
  const file = exportAnswers(from, new Date("2026-02-03T04:05:06Z"));
  assert.deepEqual(file.answers.map((answer) => answer.question), ["q-1", "q-2"]);
  assert.deepEqual(importAnswers(to, JSON.stringify(file)), { ok: true, imported: ["q-1", "q-2"], kept: [] });
  assert.deepEqual(to.get("q-1"), from.get("q-1"));
});

test("an answer that is newer here is kept", () => {
  const store = openStore("a", "practice", () => memory());
  store.set("q-1", saved("B", "2026-05-01T00:00:00.000Z"));
  const file = { kejian: "responses", schema: 1, book: "a", exported: "", answers: [{ question: "q-1", ...saved("A") }] };
  assert.deepEqual(importAnswers(store, JSON.stringify(file)), { ok: true, imported: [], kept: ["q-1"] });
  assert.equal(store.get("q-1")?.response, "B");
});

test("a file that is not wholly right changes nothing", () => {
  const store = openStore("a", "practice", () => memory());
  const good = { question: "q-1", ...saved("A") };
  const file = (answers: unknown, book = "a") => JSON.stringify({ kejian: "responses", schema: 1, book, exported: "", answers });
  for (const text of ["", "[]", file([good, {}]), file([{ ...good, question: "../x" }]), file([{ ...good, at: 1 }]), file("x")])
    assert.equal(importAnswers(store, text).ok, false, text);
  assert.equal(importAnswers(store, file([good], "b")).ok, false);
  assert.equal(store.all().size, 0);
});
