// Search page: finds the phrase itself in the text of the pages (see src/kejian/sphinxext/search.py).
import { normalise, normalise_with_offsets } from "./grading/text.ts";
import { sayIn, type Say } from "./texts.ts";

interface Page {
  url: string;
  title: string;
  parts: { id: string; title: string; text: string }[];
}

interface Found {
  url: string;
  title: string;
  count: number;
  /** Text around the first hit: before, hit, after. */
  excerpt: [string, string, string];
}

declare global {
  interface Window {
    kejianPages?: Page[];
  }
}
// Sphinx's own search, a global constant of searchtools.js
declare const Search: { performSearch: (query: string) => void };

const AROUND = 40;

/** Every part of a page that holds all the phrases (separated by spaces) of the query. */
export function search(pages: readonly Page[], query: string): Found[] {
  const phrases = query.split(/\s+/u).map(normalise).filter((phrase) => phrase !== "");
  if (phrases.length === 0) return [];
  const found: Found[] = [];
  for (const page of pages)
    for (const part of page.parts) {
      const whole = `${part.title}\n${part.text}`;
      const [text, offsets] = normalise_with_offsets(whole);
      if (!phrases.every((phrase) => text.includes(phrase))) continue;
      const first = phrases[0] ?? "";
      const at = [...text.slice(0, text.indexOf(first))].length;
      const original = [...whole];
      const start = offsets[at] ?? 0;
      const end = (offsets[at + [...first].length - 1] ?? start) + 1;
      found.push({
        url: `${page.url}#${part.id}`,
        title: part.title === page.title ? page.title : `${page.title} › ${part.title}`,
        count: phrases.reduce((sum, phrase) => sum + text.split(phrase).length - 1, 0),
        excerpt: [
          original.slice(Math.max(0, start - AROUND), start).join(""),
          original.slice(start, end).join(""),
          original.slice(end, end + AROUND).join(""),
        ],
      });
    }
  return found.sort((a, b) => b.count - a.count);
}

function show(out: HTMLElement, query: string, pages: readonly Page[], say: Say): void {
  const found = search(pages, query);
  const count = found.reduce((sum, item) => sum + item.count, 0);
  const title = document.createElement("h2");
  title.textContent = say("search.title");
  const status = document.createElement("p");
  status.className = "search-summary";
  status.setAttribute("role", "status");
  const where = new Set(found.map((item) => item.url.split("#")[0])).size;
  const several = /\s/u.test(query);
  const none = query === "" ? "search.empty" : several ? "search.none.together" : "search.none";
  const some = several ? "search.found.together" : "search.found";
  status.textContent = say(found.length > 0 ? some : none, { query, count: several ? found.length : count, pages: where });
  const list = document.createElement("ul");
  list.className = "search";
  for (const item of found) {
    const entry = list.appendChild(document.createElement("li"));
    const link = entry.appendChild(document.createElement("a"));
    link.href = item.url;
    link.textContent = item.title;
    const excerpt = entry.appendChild(document.createElement("p"));
    excerpt.className = "context";
    const hit = document.createElement("mark");
    hit.textContent = item.excerpt[1];
    excerpt.append(`…${item.excerpt[0]}`, hit, `${item.excerpt[2]}…`);
  }
  out.replaceChildren(title, status, list);
}

// searchtools.js is loaded before this script, and calls the function when the page is ready
if (typeof Search !== "undefined")
  Search.performSearch = (query) => {
    const out = document.getElementById("search-results");
    if (out) show(out, query.trim(), window.kejianPages ?? [], sayIn(document.documentElement.lang));
  };
