// On paper nothing scrolls: a text field is as high as what was written in it.

/** Lets every text field show all of its text while the page is printed. */
export function startPrint(root: Document): void {
  const fields = () => root.querySelectorAll<HTMLTextAreaElement>("textarea");
  window.addEventListener("beforeprint", () => {
    for (const field of fields()) field.style.height = `${field.scrollHeight + 4}px`;
  });
  window.addEventListener("afterprint", () => {
    for (const field of fields()) field.style.height = "";
  });
}
