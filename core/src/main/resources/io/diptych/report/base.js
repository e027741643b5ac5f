// What the other scripts are made of.

const SVG = "http://www.w3.org/2000/svg";

const all = (root, selector) => [...root.querySelectorAll(selector)];
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const numbers = text => (text ? text.split(" ").map(Number) : []);

/** An element with attributes and content; "svg:" before its name makes it part of a drawing. */
function make(name, attributes = {}, ...content) {
  const element = name.startsWith("svg:")
    ? document.createElementNS(SVG, name.slice(4))
    : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, value);
  }
  element.append(...content);
  return element;
}

function button(text, title, action) {
  const element = make("button", { type: "button", title, "aria-label": title }, text);
  element.addEventListener("click", action);
  return element;
}

/** The points of a path that consists of M and L with absolute places. */
function places(path) {
  return [...path.getAttribute("d").matchAll(/[ML](-?[\d.]+) (-?[\d.]+)/g)].map(found => ({
    x: Number(found[1]),
    y: Number(found[2]),
  }));
}
