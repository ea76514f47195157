// What the theme lacks: words in the reader's language, and drawers that open on every page.
import type { Say, TextName } from "./texts.ts";

const NAMES: readonly [selector: string, attribute: string, name: TextName][] = [
  [".primary-toggle", "title", "theme.sidebar"],
  [".secondary-toggle", "title", "theme.page-contents"],
  ['nav[aria-label="Main"]', "aria-label", "theme.contents"],
  ['nav[aria-label="Page"]', "aria-label", "theme.page-contents"],
  ["#pst-primary-sidebar-modal", "aria-label", "theme.contents"],
  ["#pst-secondary-sidebar-modal", "aria-label", "theme.page-contents"],
  ['.bd-search input[name="q"]', "placeholder", "theme.search"],
  ['.bd-search input[name="q"]', "aria-label", "theme.search"],
];

/** Texts of the download menu, which are only the endings of files. */
const ENTRIES: readonly [selector: string, name: TextName][] = [
  [".btn-download-source-button .btn__text-container", "theme.source"],
  [".btn-download-pdf-button .btn__text-container", "theme.print"],
];

/** Names the parts of the page around the text in the reader's language, and opens its drawers. */
export function startTheme(root: Document, say: Say): void {
  for (const [selector, attribute, name] of NAMES)
    for (const element of root.querySelectorAll(selector)) element.setAttribute(attribute, say(name));
  // it is called 搜索 but shows 搜索 Ctrl+K: who speaks to the page reads the latter
  for (const button of root.querySelectorAll(".search-button-field")) button.removeAttribute("aria-label");
  for (const [selector, name] of ENTRIES)
    for (const text of root.querySelectorAll(selector)) text.textContent = say(name);
  startDrawers(root);
}

/** The contents of the book and of the page, which stand in drawers where the window is narrow. */
function startDrawers(root: Document): void {
  // the theme listens to the first button of each kind, in the top bar that kejian.css hides
  for (const kind of ["primary", "secondary"]) {
    const [listening, shown] = root.querySelectorAll<HTMLElement>(`.${kind}-toggle`);
    shown?.addEventListener("click", () => listening?.click());
  }
  // a drawer would stay over the place in the page that was just chosen in it
  for (const drawer of root.querySelectorAll("dialog"))
    drawer.addEventListener("click", ({ target }) => {
      if (target instanceof Element && target.closest('a[href^="#"]')) drawer.close();
    });
}
