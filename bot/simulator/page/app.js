// The page: which person, which chat, and what the news change.

import { attempt, edit, reply, say, showComposer } from "./composer.js";
import { avatar, byId } from "./dom.js";
import { showChats, showPeople } from "./list.js";
import { alertBox, openMenu, toast } from "./overlays.js";
import { act, ask, follow } from "./server.js";
import { adopt, current, markRead, put, store, take } from "./store.js";
import { hideMessage, jumpTo, showMessage, showThread } from "./thread.js";

const TYPING_TIME = 5000; // milliseconds
const ANSWER_TIME = 15000;
const narrow = matchMedia("(max-width: 719px)");

let unfollow = () => {};
let waiting = null; // news that came while the state was on its way
let typing = null;
const spinning = new Map(); // press id → its button
const answered = new Set(); // presses answered before their id was known here

const deeds = {
  command: (text) => say(text),
  jump: jumpTo,
  menu: messageMenu,
  async press(message, number, button) {
    button.classList.add("busy");
    const made = await attempt(() => act("press", { person: store.person.id, chat: message.chat, message: message.id, button: number }));
    if (made === null || answered.delete(made.press)) return button.classList.remove("busy");
    spinning.set(made.press, button);
    setTimeout(() => spinning.delete(made.press) && button.classList.remove("busy"), ANSWER_TIME);
    return undefined;
  },
};

// --- person and chat -------------------------------------------------------------------------------

async function become(id) {
  unfollow();
  store.person = { id };
  await refresh();
  if (!store.chats.has(store.open)) store.open = null;
  showPeople((other) => become(other));
  openChat(store.open ?? (narrow.matches ? null : home()));
  unfollow = follow(id, { up: refresh, down: () => headline("Connecting…"), news: hear });
}

/** Fetch everything anew. News that come meanwhile wait, so that an older state never hides them. */
async function refresh() {
  if (waiting) return;
  waiting = [];
  try {
    const scene = await ask("scene");
    if (store.scene && store.scene.opened !== scene.opened) location.reload();
    store.scene = scene;
    adopt(await ask("state", { person: store.person.id }));
    headline("Chats");
    if (current()) redraw();
    showChats(openChat);
  } catch {
    headline("Connecting…");
  } finally {
    const missed = waiting;
    waiting = null;
    missed.forEach(hear);
  }
}

const home = () => [...store.chats.values()].find((chat) => chat.kind === "bot")?.id ?? null;

function openChat(id) {
  // On a phone a chat is a step into the app: the system's own way back leads to the list again.
  const step = narrow.matches && id && !store.open ? "pushState" : "replaceState";
  store.open = id;
  history[step](null, "", `#${store.person.id}${id ? `/${id}` : ""}`);
  byId("app").dataset.view = id ? "chat" : "list";
  byId("pane").hidden = !id;
  byId("empty").hidden = Boolean(id);
  if (id) redraw();
  showChats(openChat);
  if (id && !narrow.matches) byId("draft").focus({ preventScroll: true });
}

function redraw() {
  const chat = current();
  byId("bar-avatar").replaceChildren(avatar(chat.kind === "bot" ? store.bot.id : chat.id, chat.title));
  byId("bar-title").textContent = chat.title;
  byId("bar-menu").hidden = chat.kind !== "bot" || !chat.started;
  showState();
  showComposer();
  showThread(deeds);
  markRead(chat);
}

function showState() {
  const chat = current();
  if (!chat) return;
  const count = chat.members === 1 ? "1" : String(chat.members);
  const states = { bot: "bot", channel: `${count} ${chat.members === 1 ? "subscriber" : "subscribers"}` };
  const busy = typing === chat.id;
  byId("bar-state").textContent = busy ? "typing…" : states[chat.kind] ?? `${count} members`;
  byId("bar-state").classList.toggle("busy", busy);
}

function headline(text) {
  byId("title").textContent = text;
}

// --- news ------------------------------------------------------------------------------------------

const HEAR = {
  state: refresh,
  message({ message }) {
    if (!store.chats.has(message.chat)) return void refresh();
    put(message);
    if (message.chat === store.open) {
      if (typing === store.open && !message.mine) stopTyping();
      showMessage(message, deeds);
      showComposer();
      if (!document.hidden) markRead(current());
    }
    showChats(openChat);
    return undefined;
  },
  gone({ message }) {
    if (!store.chats.has(message.chat)) return;
    take(message);
    if (message.chat === store.open) hideMessage(message);
    showChats(openChat);
  },
  answer({ press, text, alert, url }) {
    const button = spinning.get(press);
    if (button) button.classList.remove("busy");
    else answered.add(press);
    spinning.delete(press);
    if (text && alert) alertBox(store.bot.name, text);
    else if (text) toast(text);
    if (/^https?:/.test(url ?? "")) window.open(url, "_blank", "noopener");
  },
  typing({ chat }) {
    typing = chat;
    showState();
    setTimeout(stopTyping, TYPING_TIME);
  },
};

function hear(event) {
  if (waiting) waiting.push(event);
  else HEAR[event.kind]?.(event);
}

function stopTyping() {
  typing = null;
  showState();
}

// --- menus -----------------------------------------------------------------------------------------

function messageMenu(message, x, y, opener) {
  const chat = current();
  const about = { person: store.person.id, chat: message.chat, message: message.id };
  const items = [];
  if (chat.writes) items.push(["reply", "Reply", () => reply(message)]);
  if (chat.kind !== "bot") items.push(["forward", `Forward to ${store.bot.name}`, () => forward(about)]);
  if (message.text) items.push(["copy", "Copy text", () => attempt(() => navigator.clipboard.writeText(message.text))]);
  if (message.editable) {
    items.push(["edit", "Edit", () => edit(message)]);
    items.push(["delete", "Delete", () => attempt(() => act("delete", about))]);
  }
  if (items.length) openMenu(x, y, items, opener);
}

async function forward(about) {
  if (await attempt(() => act("forward", about))) {
    toast(`Forwarded to ${store.bot.name}`);
    openChat(home());
  }
}

function botMenu(event) {
  const box = event.currentTarget.getBoundingClientRect();
  const stop = () => attempt(() => act("block", { person: store.person.id, blocked: true }));
  openMenu(box.right - 200, box.bottom + 4, [["block", "Stop and block bot", stop]], event.currentTarget);
}

// --- start -----------------------------------------------------------------------------------------

byId("back-button").addEventListener("click", () => {
  const left = store.open;
  openChat(null);
  byId("chats").querySelector(`[data-chat="${left}"]`)?.focus();
});
byId("bar-menu").addEventListener("click", botMenu);
addEventListener("popstate", () => openChat(Number(location.hash.split("/")[1]) || null));
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && current()) {
    markRead(current());
    showChats(openChat);
  }
});

store.scene = await ask("scene");
document.title = `${store.scene.bot.name} – local simulator`;
byId("note").textContent = store.scene.note;
const [person, chat] = location.hash.slice(1).split("/").map(Number);
store.open = chat || null;
if (store.scene.people.length) await become(store.scene.people.some((one) => one.id === person) ? person : store.scene.people[0].id);
