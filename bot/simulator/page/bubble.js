// One message: bubble, quote, forward line, photo, buttons.

import { clock, el, icon } from "./dom.js";
import { formatted } from "./format.js";
import { showPhoto } from "./overlays.js";

/** `deeds` has press(message, number, button), menu(message, x, y, opener), command(text), jump(id). */
export function bubble(message, chat, deeds) {
  const side = message.mine ? "out" : "in";
  const node = el("article", {
    className: `message ${side}${message.service ? " service" : ""}`,
    data: { testid: "message", id: message.id, author: message.author },
    "aria-label": `${message.author}, ${clock(message.at)}`,
  });
  if (message.service) {
    node.append(el("span", {}, message.text));
    return node;
  }
  const card = el("div", { className: "card" }, ...inside(message, chat, deeds));
  node.append(el("div", { className: "line" }, card, more(message, deeds)));
  if (message.buttons.length) node.append(keyboard(message, deeds));
  card.addEventListener("contextmenu", (event) => {
    if (event.target.closest("a") || !getSelection().isCollapsed) return;
    event.preventDefault();
    deeds.menu(message, event.clientX, event.clientY, node.querySelector(".more"));
  });
  return node;
}

function inside(message, chat, deeds) {
  const named = !message.mine && chat.kind !== "bot";
  return [
    named ? el("div", { className: "author" }, message.author) : null,
    message.forwarded ? el("div", { className: "forwarded", data: { testid: "forwarded" } }, "Forwarded from ", el("b", {}, message.forwarded)) : null,
    message.reply ? quote(message.reply, deeds) : null,
    message.media ? media(message.media) : null,
    el(
      "div",
      { className: "words", dir: "auto", data: { testid: "text" } },
      formatted(message.text, message.entities, deeds.command),
      stamp(message),
    ),
  ];
}

function stamp(message) {
  return el(
    "span",
    { className: "stamp" },
    message.edited ? el("span", { data: { testid: "edited" } }, "edited ") : null,
    el("time", { dateTime: new Date(message.at * 1000).toISOString() }, clock(message.at)),
    message.mine ? icon("check") : null,
  );
}

function quote(reply, deeds) {
  return el(
    "button",
    { className: "quote", type: "button", data: { testid: "quote" }, on: { click: () => deeds.jump(reply.id) } },
    el("b", {}, reply.author),
    el("span", {}, reply.text.replace(/\s+/g, " ")),
  );
}

function media(item) {
  if (item.kind === "photo") {
    const image = el("img", { src: item.url, alt: "Photo", width: item.width, height: item.height, data: { testid: "photo" } });
    return el("button", { className: "photo", type: "button", "aria-label": "Open the photo", on: { click: () => showPhoto(item.url, "Photo") } }, image);
  }
  const size = item.bytes < 1024 ? `${item.bytes} B` : `${(item.bytes / 1024).toFixed(1)} KB`;
  return el(
    "a",
    { className: "document", href: item.url, download: item.name, data: { testid: "document" } },
    el("span", { className: "document-icon" }, icon("file")),
    el("span", {}, el("b", {}, item.name), el("small", {}, size)),
  );
}

function more(message, deeds) {
  const open = (event) => {
    const box = event.currentTarget.getBoundingClientRect();
    deeds.menu(message, box.left, box.bottom + 4, event.currentTarget);
  };
  return el("button", { className: "round more", type: "button", "aria-label": "Message actions", "aria-haspopup": "menu", data: { testid: "more" }, on: { click: open } }, icon("more"));
}

function keyboard(message, deeds) {
  let number = -1;
  return el("div", { className: "keyboard", role: "group", "aria-label": "Buttons" }, ...message.buttons.map((row) => el("div", {}, ...row.map((button) => {
    number += 1;
    return key(message, button, number, deeds);
  }))));
}

function key(message, button, number, deeds) {
  if (button.url) {
    return el("a", { className: "key", href: button.url, target: "_blank", rel: "noopener noreferrer", data: { testid: "button" } }, button.label, icon("link"));
  }
  return el(
    "button",
    {
      className: "key", type: "button", disabled: !button.press, data: { testid: "button", number },
      on: { click: (event) => deeds.press(message, number, event.currentTarget) },
    },
    button.label,
  );
}

