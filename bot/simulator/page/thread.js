// The open chat's messages, changed in place as news comes.

import { byId, day, el, icon } from "./dom.js";
import { bubble } from "./bubble.js";
import { current } from "./store.js";

const NEAR = 80; // pixels from the bottom that still count as being there
const FLASH = 1200; // milliseconds

const scroller = byId("scroller");
const thread = byId("thread");
let missed = 0;

/** Draw the whole chat and go to its end. */
export function showThread(deeds) {
  const chat = current();
  thread.replaceChildren();
  for (const message of chat.messages.values()) append(message, chat, deeds);
  if (!chat.messages.size) thread.append(hello(chat));
  toEnd();
}

/** Draw one new or changed message. */
export function showMessage(message, deeds) {
  const chat = current();
  const stay = atEnd();
  const old = thread.querySelector(`[data-id="${message.id}"]`);
  if (old) swap(old, bubble(message, chat, deeds));
  else {
    thread.querySelector(".hello")?.remove();
    append(message, chat, deeds).classList.add("fresh");
  }
  if (stay || (message.mine && !old)) toEnd();
  else if (!old) miss();
}

export function hideMessage(message) {
  const node = thread.querySelector(`[data-id="${message.id}"]`);
  const before = node?.previousElementSibling;
  const lonely = before?.classList.contains("day") && !node.nextElementSibling?.matches(".message");
  node?.remove();
  if (lonely) before.remove();
}

export function jumpTo(id) {
  const node = thread.querySelector(`[data-id="${id}"]`);
  if (!node) return;
  node.scrollIntoView({ block: "center", behavior: "smooth" });
  node.classList.add("flash");
  setTimeout(() => node.classList.remove("flash"), FLASH);
}

export const atEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR;

export function toEnd() {
  scroller.scrollTop = scroller.scrollHeight;
  settle();
}

function append(message, chat, deeds) {
  const date = day(message.at);
  if (thread.dataset.day !== date || !thread.querySelector(".message")) {
    thread.append(el("div", { className: "day" }, el("span", {}, date)));
    thread.dataset.day = date;
  }
  const node = bubble(message, chat, deeds);
  const before = thread.lastElementChild;
  if (before.matches(".message") && before.dataset.author === node.dataset.author && before.classList.contains("out") === message.mine) node.classList.add("joined");
  thread.append(node);
  return node;
}

/** Put the changed bubble in the old one's place, focus included. */
function swap(old, fresh) {
  const held = old.contains(document.activeElement) ? document.activeElement : null;
  if (old.classList.contains("joined")) fresh.classList.add("joined");
  old.replaceWith(fresh);
  if (held) (fresh.querySelector(`[data-number="${held.dataset.number}"]`) ?? fresh.querySelector(".more"))?.focus({ preventScroll: true });
}

function hello(chat) {
  const bot = chat.kind === "bot";
  return el(
    "div",
    { className: "hello" },
    icon(bot ? "robot" : "megaphone"),
    el("h3", {}, bot ? "What can this bot do?" : "No messages here yet"),
    el("p", {}, bot ? chat.about || "Press Start to begin the conversation." : "Posts appear here as they are published."),
  );
}

function miss() {
  missed += 1;
  byId("jump-count").textContent = String(missed);
  byId("jump-count").hidden = false;
  byId("jump").hidden = false;
}

function settle() {
  const there = atEnd();
  if (there) missed = 0;
  byId("jump-count").hidden = missed === 0;
  byId("jump").hidden = there;
}

scroller.addEventListener("scroll", settle, { passive: true });
byId("jump").addEventListener("click", () => scroller.scrollTo({ top: scroller.scrollHeight, behavior: "smooth" }));
// The thread keeps its end in view when the composer grows or the keyboard comes up.
let wasAtEnd = true;
scroller.addEventListener("scroll", () => { wasAtEnd = atEnd(); }, { passive: true });
new ResizeObserver(() => { if (wasAtEnd) toEnd(); }).observe(scroller);
