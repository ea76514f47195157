// Builds web/src into src/kejian/static. Pages get classic scripts, because module scripts do not load from file://;
// the widget is one self-contained ES module, because anywidget loads it from a blob URL.
// `node build.mjs OUTDIR` builds elsewhere; a test compares that with what is committed.
import { build } from "esbuild";

const shared = {
  outdir: process.argv[2] ?? "../src/kejian/static",
  bundle: true,
  minify: true,
  charset: "utf8",
  banner: { js: "/* Built by `make assets` from web/src; do not edit. */" },
  legalComments: "none",
  logLevel: "warning",
};

await build({
  ...shared,
  entryPoints: { kejian: "src/page.ts", "kejian-search": "src/search.ts" },
  format: "iife",
  target: ["chrome80", "firefox78", "safari13.1"],
  // old Safari only evaluates some defaults in another order, which nothing here relies on
  supported: { destructuring: true },
});
await build({
  ...shared,
  entryPoints: { "kejian-widget": "src/widget.ts" },
  format: "esm",
  target: "es2022",
});
