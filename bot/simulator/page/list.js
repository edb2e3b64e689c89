// The left pane: who is looking, and their chats.

import { avatar, byId, clock, el, icon } from "./dom.js";
import { last, store, unread } from "./store.js";

const KIND_ICONS = { bot: "robot", channel: "megaphone" };

export function showPeople(choose) {
  const people = byId("people");
  people.replaceChildren(...store.scene.people.map((person) => {
    const chosen = person.id === store.person?.id;
    const button = el(
      "button",
      {
        type: "button", role: "radio", "aria-checked": String(chosen), tabIndex: chosen ? 0 : -1,
        data: { testid: `person-${person.id}` }, on: { click: () => choose(person.id) },
      },
      avatar(person.id, person.name),
      el("span", {}, person.name),
    );
    return button;
  }));
  people.onkeydown = (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = store.scene.people;
    const next = all.at((all.findIndex((person) => person.id === store.person.id) + step) % all.length);
    choose(next.id).then(() => people.querySelector('[aria-checked="true"]').focus());
  };
}

export function showChats(open) {
  const focused = document.activeElement?.dataset?.chat;
  byId("chats").replaceChildren(...inOrder().map((chat) => row(chat, open)));
  if (focused) byId("chats").querySelector(`[data-chat="${focused}"]`)?.focus();
}

/** The chat with the latest message first. */
function inOrder() {
  return [...store.chats.values()].sort((a, b) => (last(b)?.at ?? 0) - (last(a)?.at ?? 0));
}

function row(chat, open) {
  const message = last(chat);
  const count = unread(chat);
  const kind = KIND_ICONS[chat.kind];
  return el(
    "button",
    {
      type: "button", className: "row", "aria-current": String(chat.id === store.open),
      data: { testid: `chat-${chat.id}`, chat: chat.id, kind: chat.kind }, on: { click: () => open(chat.id) },
    },
    avatar(chat.kind === "bot" ? store.bot.id : chat.id, chat.title),
    el("span", { className: "row-title" }, kind ? icon(kind) : null, el("b", {}, chat.title)),
    el("time", {}, message ? clock(message.at) : ""),
    el("span", { className: "row-text" }, message ? preview(message) : "No messages yet"),
    count ? el("span", { className: "badge", "aria-label": `${count} unread`, data: { testid: "unread" } }, String(count)) : null,
  );
}

function preview(message) {
  const text = message.text || (message.media?.kind === "photo" ? "Photo" : message.media?.name ?? "");
  return (message.mine ? "You: " : "") + text.replace(/\s+/g, " ");
}
