// A link to evidence opens its page at the sentence. CSS :target already shows the first piece; markup inside
// a sentence splits it, so the other pieces are shown here.

/** Highlights the sentence that the address names, now and whenever the address changes. */
export function startEvidence(): void {
  const show = () => {
    for (const piece of document.querySelectorAll(".kejian-quote.is-shown")) piece.classList.remove("is-shown");
    const name = decodeURIComponent(window.location.hash.slice(1));
    if (!/^evidence-[a-z0-9-]+$/.test(name)) return;
    for (const piece of document.getElementsByClassName(name)) piece.classList.add("is-shown");
    document.getElementById(name)?.scrollIntoView({ block: "center" });
  };
  window.addEventListener("hashchange", show);
  show();
}
