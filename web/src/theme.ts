// Words that the theme has only in English, and one name that differs from what is shown.
import type { Say, TextName } from "./texts.ts";

const NAMES: readonly [selector: string, attribute: string, name: TextName][] = [
  [".primary-toggle", "title", "theme.sidebar"],
  [".secondary-toggle", "title", "theme.page-contents"],
  ['nav[aria-label="Main"]', "aria-label", "theme.contents"],
  ['nav[aria-label="Page"]', "aria-label", "theme.page-contents"],
  [".btn-download-pdf-button", "title", "theme.print"],
  ['.bd-search input[name="q"]', "placeholder", "theme.search"],
  ['.bd-search input[name="q"]', "aria-label", "theme.search"],
];

/** Names the parts of the page around the text in the reader's language. */
export function startTheme(root: Document, say: Say): void {
  for (const [selector, attribute, name] of NAMES)
    for (const element of root.querySelectorAll(selector)) element.setAttribute(attribute, say(name));
  // it is called 搜索 but shows 搜索 Ctrl+K: who speaks to the page reads the latter
  for (const button of root.querySelectorAll(".search-button-field")) button.removeAttribute("aria-label");
}
