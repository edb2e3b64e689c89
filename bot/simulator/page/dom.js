// Small means to build the page. Foreign strings only ever become text nodes or checked attributes.

const SVG = "http://www.w3.org/2000/svg";
const COLOURS = 7;
const SPREAD = 97; // keeps neighbouring ids and round numbers from sharing a colour

export const byId = (id) => document.getElementById(id);

/** An element: `props` are properties, `data` its dataset, `on` its listeners, other dashed names attributes. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  const { data = {}, on = {}, ...rest } = props;
  Object.assign(node.dataset, data);
  for (const [name, listener] of Object.entries(on)) node.addEventListener(name, listener);
  for (const [name, value] of Object.entries(rest)) {
    if (name.includes("-") || name === "role") node.setAttribute(name, value);
    else node[name] = value;
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

/** A coloured circle with initials; the colour belongs to the id. */
export function avatar(id, name) {
  const initials = name.split(/\s+/).filter(Boolean).slice(0, 2).map((word) => [...word][0]).join("");
  return el("span", { className: `avatar tint${((Math.abs(id) % SPREAD) + (id < 0 ? 3 : 0)) % COLOURS}`, "aria-hidden": "true" }, initials.toUpperCase());
}

export function clock(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

export function day(seconds) {
  const date = new Date(seconds * 1000);
  if (date.toDateString() === new Date().toDateString()) return "Today";
  return date.toLocaleDateString([], { day: "numeric", month: "long" });
}
