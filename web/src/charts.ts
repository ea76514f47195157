// Charts: a drawn SVG turns into a view with tooltips when it scrolls into sight. See kejian/sphinxext/charts.py.

/** What this file uses of vega-embed, which the bundle of `_static` puts on `window`. */
type VegaEmbed = (target: HTMLElement, spec: object, options: object) => Promise<{ finalize(): void }>;

const MARGIN = 4; // pixels between a tooltip and the edge of the window
const NEAR = "200px"; // how far outside the window a chart is made ready

/** Lets every chart of the page come alive when it is seen; without this, and wherever it fails, the drawing stays. */
export function startCharts(root: Document): void {
  const { connection } = navigator as Navigator & { connection?: { saveData?: boolean } };
  // the library is 0.9 MB: a reader who saves data keeps the drawing and the data table
  if (connection?.saveData || matchMedia("print").matches || !("IntersectionObserver" in window)) return;
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        observer.unobserve(target);
        enliven(target as HTMLElement).catch((error) => console.warn("kejian: the chart stays as it is drawn", error));
      }
    },
    { rootMargin: NEAR },
  );
  for (const chart of root.querySelectorAll<HTMLElement>(".kejian-chart")) observer.observe(chart);
}

/** Puts the interactive view into the place of the drawing, which keeps the size and the text alternative. */
async function enliven(chart: HTMLElement): Promise<void> {
  const view = chart.querySelector<HTMLElement>(".kejian-chart-view");
  const drawing = view?.querySelector("svg");
  const spec = chart.querySelector('script[type="application/json"]')?.textContent;
  if (!view || !drawing || !spec || !chart.dataset.vega) return;

  const live = chart.ownerDocument.createElement("div");
  live.className = "kejian-chart-live";
  live.dataset.waiting = "";
  live.setAttribute("aria-hidden", "true");
  view.append(live);
  try {
    const embed = await loadVega(chart.ownerDocument, chart.dataset.vega);
    await embed(live, JSON.parse(spec), {
      renderer: "svg", // follows the CSS colours of the page, light or dark, by itself
      ast: true, // expressions are interpreted: no eval, so a strict content security policy is no obstacle
      actions: false,
      defaultStyle: false,
      tooltip: { disableDefaultStyle: true },
    });
    fit(live.querySelector("svg"), drawing);
    followTouch(live);
    // the text alternative stays with the picture that is shown
    live.setAttribute("role", "img");
    live.setAttribute("aria-label", drawing.getAttribute("aria-label") ?? "");
    live.removeAttribute("aria-hidden");
    delete live.dataset.waiting;
  } catch (error) {
    live.remove();
    throw error;
  }
}

/** Gives the view the box of the drawing, so that nothing on the page moves. */
function fit(svg: SVGSVGElement | null, drawing: SVGSVGElement): void {
  if (!svg) throw new Error("nothing was drawn");
  svg.removeAttribute("width");
  svg.removeAttribute("height");
  svg.style.aspectRatio = (drawing.getAttribute("viewBox") ?? "").split(" ").slice(2).join(" / ");
  svg.setAttribute("aria-hidden", "true");
}

/** Shows values to a finger too, which taps where a mouse would hover, and keeps them on the screen. */
function followTouch(live: HTMLElement): void {
  let tapped: PointerEvent | null = null;
  live.addEventListener("pointerdown", (event) => {
    tapped = event.pointerType === "mouse" ? null : event;
  });
  // the click comes last: what the browser says of the mark that was tapped before would hide the tooltip again
  live.addEventListener("click", () => {
    if (!tapped) return;
    const { clientX, clientY, target } = tapped;
    target?.dispatchEvent(new PointerEvent("pointermove", { bubbles: true, clientX, clientY }));
  });
  live.addEventListener("pointermove", () =>
    requestAnimationFrame(() => {
      const tip = live.ownerDocument.getElementById("vg-tooltip-element");
      if (!tip) return;
      const { left, width } = tip.getBoundingClientRect();
      const most = live.ownerDocument.documentElement.clientWidth - width - MARGIN;
      const shift = Math.max(MARGIN, Math.min(left, most)) - left;
      if (shift !== 0) tip.style.left = `${parseFloat(tip.style.left) + shift}px`;
    }),
  );
}

let library: Promise<VegaEmbed> | undefined;

/** The drawing library, asked for once; a classic script, because modules do not load from file://. */
function loadVega(root: Document, url: string): Promise<VegaEmbed> {
  library ??= new Promise((resolve, reject) => {
    const script = root.createElement("script");
    script.src = url;
    script.onload = () => {
      const { vegaEmbed } = window as unknown as { vegaEmbed?: VegaEmbed };
      if (vegaEmbed) resolve(vegaEmbed);
      else reject(new Error(`${url} brought no vegaEmbed`));
    };
    script.onerror = () => reject(new Error(`${url} did not load`));
    root.head.append(script);
  });
  return library;
}
