// Builds web/src into src/kejian/static: classic scripts, because module scripts do not load from file://.
// `node build.mjs OUTDIR` builds elsewhere; a test compares that with what is committed.
import { build } from "esbuild";

const outdir = process.argv[2] ?? "../src/kejian/static";
const banner = "/* Built by `make assets` from web/src; do not edit. */";

await build({
  entryPoints: { kejian: "src/page.ts", "kejian-search": "src/search.ts" },
  outdir,
  bundle: true,
  minify: true,
  charset: "utf8",
  format: "iife",
  target: ["chrome80", "firefox78", "safari13.1"],
  // old Safari only evaluates some defaults in another order, which nothing here relies on
  supported: { destructuring: true },
  banner: { js: banner },
  legalComments: "none",
  logLevel: "warning",
});
