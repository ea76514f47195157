// On paper nothing scrolls, and the paper is white: a text field is as high as what was written in it, and a page in
// the dark mode is printed as in the light one.

/** Makes the page fit for paper while it is printed. */
export function startPrint(root: Document): void {
  const fields = () => root.querySelectorAll<HTMLTextAreaElement>("textarea");
  const page = root.documentElement;
  let theme: string | undefined;
  window.addEventListener("beforeprint", () => {
    theme = page.dataset.theme;
    if (theme) page.dataset.theme = "light";
    for (const field of fields()) field.style.height = `${field.scrollHeight + 4}px`;
  });
  window.addEventListener("afterprint", () => {
    if (theme) page.dataset.theme = theme;
    for (const field of fields()) field.style.height = "";
  });
}
