// Entities to elements. Offsets are UTF-16 units, which is what JavaScript strings count in.

import { el } from "./dom.js";

const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};
const BLOCKS = new Set(["PRE", "BLOCKQUOTE"]);
const CLASSES = { hashtag: "tag", cashtag: "tag", mention: "tag", text_mention: "tag" };

/** The text with its entities as nodes. `command` is called with a tapped /command. */
export function formatted(text, entities, command) {
  const fragment = document.createDocumentFragment();
  fill(fragment, text, entities, 0, text.length, command);
  return fragment;
}

function fill(parent, text, entities, from, to, command) {
  let at = from;
  for (let index = 0; index < entities.length; index += 1) {
    const entity = entities[index];
    const end = Math.min(entity.offset + entity.length, to);
    if (entity.offset < at || end <= entity.offset) continue;
    if (entity.offset > at) parent.append(text.slice(at, entity.offset));
    const inside = entities.slice(index + 1).filter((other) => other.offset < end);
    const node = wrap(entity, text.slice(entity.offset, end), command);
    fill(node, text, inside, entity.offset, end, command);
    parent.append(node);
    // A block ends its own line: the line break after it would show as an empty line.
    at = BLOCKS.has(node.tagName) && text[end] === "\n" && end < to ? end + 1 : end;
  }
  if (to > at) parent.append(text.slice(at, to));
}

function wrap(entity, text, command) {
  if (entity.type === "url" || entity.type === "text_link") return link(entity.url ?? text);
  if (entity.type === "email") return link(`mailto:${text}`);
  if (entity.type === "spoiler") return spoiler();
  if (entity.type === "bot_command") {
    return el("button", { className: "tag", type: "button", on: { click: () => command(text) } });
  }
  const node = el(TAGS[entity.type] ?? "span", { className: CLASSES[entity.type] ?? "" });
  if (entity.language) node.dataset.language = entity.language;
  return node;
}

/** A link, if it leads somewhere a chat may lead; else plain words. */
function link(target) {
  if (!/^(https?|mailto|tg):/i.test(target)) return el("span");
  return el("a", { href: target, target: "_blank", rel: "noopener noreferrer", title: target });
}

function spoiler() {
  const reveal = (event) => event.currentTarget.classList.add("shown");
  return el("span", { className: "spoiler", tabIndex: 0, role: "button", "aria-label": "Hidden text", on: { click: reveal, keydown: (event) => event.key === "Enter" && reveal(event) } });
}
