// Saves plots as SVG and PNG.

const INHERITED = [
  "fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray",
  "stroke-linecap", "stroke-linejoin", "font-family", "font-size", "font-weight", "text-anchor",
  "shape-rendering",
];

/** A drawing that looks the same without the page's style sheet, as markup. */
function standalone(svg) {
  const copy = svg.cloneNode(true);
  const copies = [copy, ...all(copy, "*")];
  const box = svg.getBoundingClientRect();
  const view = svg.viewBox.baseVal;
  [svg, ...all(svg, "*")].forEach((element, i) => {
    const style = getComputedStyle(element);
    const above = element === svg ? null : getComputedStyle(element.parentNode);
    for (const name of INHERITED) {
      const value = style.getPropertyValue(name);
      if (!above || above.getPropertyValue(name) !== value) {
        copies[i].setAttribute(name, value);
      }
    }
    if (style.opacity !== "1") {
      copies[i].setAttribute("opacity", style.opacity);
    }
    if (style.vectorEffect === "non-scaling-stroke") {
      const width = parseFloat(style.strokeWidth) * view.width / box.width;
      copies[i].setAttribute("stroke-width", width.toFixed(3));
    }
    if (style.display === "none") {
      copies[i].setAttribute("display", "none");
    }
  });
  all(copy, "[data-cursor]").forEach(cursor => cursor.remove());
  for (const element of [copy, ...all(copy, "*")]) {
    for (const name of element.getAttributeNames()) {
      if (/^(class|style|tabindex|role|data-.*)$/.test(name)) {
        element.removeAttribute(name);
      }
    }
  }
  copy.prepend(
    make("svg:title", {}, svg.getAttribute("aria-label")),
    make("svg:rect", {
      x: view.x, y: view.y, width: view.width, height: view.height,
      fill: getComputedStyle(svg.closest("figure")).backgroundColor,
    }));
  copy.setAttribute("xmlns", SVG);
  copy.setAttribute("width", Math.round(box.width));
  copy.setAttribute("height", Math.round(box.height));
  return new XMLSerializer().serializeToString(copy);
}

function save(url, name) {
  make("a", { href: url, download: name }).click();
}

const asAddress = markup => "data:image/svg+xml;charset=utf-8," + encodeURIComponent(markup);

function saveAsPng(svg, name) {
  const image = new Image();
  image.addEventListener("load", () => {
    const canvas = make("canvas", { width: 2 * image.width, height: 2 * image.height });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    save(canvas.toDataURL("image/png"), name);
  });
  image.src = asAddress(standalone(svg));
}

function exportable(figure) {
  const title = figure.querySelector("figcaption strong").textContent;
  const name = (document.title.split(" · ")[0] + " " + title)
    .replace(/[^\p{L}\p{N}]+/gu, "-").toLowerCase();
  // Some plots are drawn twice, for wide and for narrow windows.
  const drawing = () => all(figure, "svg").find(svg => svg.getClientRects().length > 0);
  figure.querySelector("figcaption").append(
    make("span", { class: "tools" },
      button("SVG", title + ": save as SVG",
        () => save(asAddress(standalone(drawing())), name + ".svg")),
      button("PNG", title + ": save as PNG", () => saveAsPng(drawing(), name + ".png"))));
}
