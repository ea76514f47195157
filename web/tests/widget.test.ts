// The store of the notebook widget, over a model that may be live, slow, or a static page's.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Saved } from "../src/store.ts";
import { modelStore, watchKernel, type Model } from "../src/widget.ts";

const SAVED: Saved = { response: "B", submitted: true, hash: "h", quiz: "q", at: "2026-01-01T00:00:00.000Z" };

function liveModel(): Model & { sent: number; trigger(event: string): void } {
  const state: Record<string, unknown> = { responses: {}, _sent: "", _heard: "" };
  const listeners: [string, () => void][] = [];
  const model = {
    sent: 0,
    get: (name: string) => state[name],
    set(name: string, value: unknown) {
      state[name] = value;
      model.trigger(`change:${name}`);
    },
    save_changes: () => void model.sent++,
    on: (event: string, listener: () => void) => void listeners.push([event, listener]),
    off: (event: string, listener: () => void) => {
      const at = listeners.findIndex(([e, l]) => e === event && l === listener);
      if (at >= 0) listeners.splice(at, 1);
    },
    trigger: (event: string) => listeners.filter(([e]) => e === event).forEach(([, listener]) => listener()),
  };
  return model;
}

test("a submitted answer goes to Python at once, typing after a pause", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const model = liveModel();
  const store = modelStore(model);
  store.set("a", { ...SAVED, submitted: false });
  store.set("a", { ...SAVED, submitted: false, response: "BC" });
  assert.equal(model.sent, 0);
  t.mock.timers.tick(400);
  assert.equal(model.sent, 1);
  store.set("a", SAVED);
  store.set("b", SAVED);
  assert.equal(model.sent, 1); // a whole paper is one message
  await Promise.resolve();
  assert.equal(model.sent, 2);
  assert.deepEqual(model.get("responses"), { a: SAVED, b: SAVED });
});

test("what Python repeats of an older answer does not undo what was typed since", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const model = liveModel();
  const store = modelStore(model);
  const heard: string[] = [];
  store.listen((ids) => heard.push(...ids));
  const [older, newer] = ["数", "数据"].map((response) => ({ ...SAVED, submitted: false, response }));
  store.set("a", older!);
  t.mock.timers.tick(400);
  store.set("a", newer!);
  model.set("responses", { a: older, b: SAVED }); // the echo, with what another view answered
  assert.deepEqual(store.get("a"), newer);
  assert.deepEqual(heard, ["b"]);
  t.mock.timers.tick(400);
  assert.deepEqual(model.get("responses"), { a: newer, b: SAVED });
  assert.equal(model.sent, 2);
});

test("a view hears what others change, not what it changes itself", () => {
  const model = liveModel();
  const [one, two] = [modelStore(model), modelStore(model)];
  const heard: string[] = [];
  const stop = one.listen((ids) => heard.push(`one ${[...ids]}`));
  two.listen((ids) => heard.push(`two ${[...ids]}`));
  one.set("a", SAVED);
  one.flush();
  assert.deepEqual(heard, ["two a"]);
  two.remove("a");
  two.flush();
  assert.deepEqual(heard, ["two a", "one a"]);
  stop();
  model.set("responses", { a: SAVED, b: { response: 1 } });
  assert.deepEqual(heard, ["two a", "one a", "two a"]);
  assert.equal(two.get("b"), null);
});

test("a kernel that does not answer is noticed, and forgiven when it does", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const model = liveModel();
  const said: boolean[] = [];
  let waiting: boolean | undefined = false;
  const element = { toggleAttribute: (_: string, on?: boolean) => (waiting = on ?? false) };
  const stop = watchKernel(model, element, (overdue) => said.push(overdue));
  model.set("_sent", "1");
  assert.equal(waiting, true);
  model.set("_heard", "1");
  t.mock.timers.tick(6000);
  assert.deepEqual([waiting, said], [false, [false]]);
  model.set("_sent", "2");
  t.mock.timers.tick(6000);
  assert.deepEqual([waiting, said], [true, [false, true]]);
  model.set("_heard", "2");
  assert.deepEqual([waiting, said], [false, [false, true, false]]);
  stop();
});

test("a static page, where a model can do little or throws, keeps answers as long as it is open", () => {
  const fail = () => {
    throw new Error("not on a static page");
  };
  for (const rest of [{}, { save_changes: fail, on: fail, off: fail, set: fail }]) {
    const store = modelStore({ get: () => undefined, set() {}, ...rest });
    store.listen(() => {})();
    store.set("a", SAVED);
    store.flush();
    assert.deepEqual(store.get("a"), SAVED);
    store.remove("a");
    assert.equal(store.all().size, 0);
  }
});
