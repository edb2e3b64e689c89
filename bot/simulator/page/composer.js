// Everything below the thread: commands, sample posts, the reply or edit strip, the text field, Start.

import { byId, el, icon } from "./dom.js";
import { toast } from "./overlays.js";
import { act } from "./server.js";
import { current, store } from "./store.js";

const TALLEST = 180; // pixels
const draft = byId("draft");
const commands = byId("commands");
const drafts = new Map(); // person:chat → unsent text
let target = null; // {mode: "reply" | "edit", message}
let held = null; // key of the draft on screen

/** Fit the lower edge to the open chat. */
export function showComposer() {
  const chat = current();
  const silent = chat.kind === "bot" && (!chat.started || !chat.messages.size);
  const writing = chat.writes && !silent;
  byId("composer").hidden = !writing;
  byId("start").hidden = !silent;
  byId("start").textContent = chat.messages.size ? "Restart bot" : "Start";
  byId("readonly").hidden = chat.writes;
  byId("commands-button").hidden = !chat.commands.length;
  draft.placeholder = chat.kind === "channel" ? "Broadcast" : "Message";
  showSamples(chat, writing);
  if (held !== draftKey()) swapDraft();
}

export function reply(message) {
  aim("reply", message);
}

export function edit(message) {
  aim("edit", message);
  draft.value = message.text;
  grow();
}

/** Send a text to the open chat, leaving the draft alone; null when that failed. */
export async function say(text, replyTo = null) {
  return attempt(() => act("say", { person: store.person.id, chat: store.open, text, reply_to: replyTo }));
}

export async function attempt(deed) {
  try {
    return await deed();
  } catch (error) {
    toast(error.message);
    return null;
  }
}

const draftKey = () => `${store.person.id}:${store.open}`;

function swapDraft() {
  if (held && target?.mode !== "edit") drafts.set(held, draft.value);
  held = draftKey();
  clearTarget();
  hideCommands();
  draft.value = drafts.get(held) ?? "";
  grow();
}

function showSamples(chat, writing) {
  const box = byId("samples");
  box.hidden = !writing || !chat.samples.length;
  box.replaceChildren(...chat.samples.map((sample) => el(
    "button",
    { type: "button", className: "chip", title: sample.text, data: { testid: "sample" }, on: { click: () => say(sample.text) } },
    sample.label,
  )));
}

function aim(mode, message) {
  target = { mode, message };
  byId("strip-icon").replaceChildren(icon(mode));
  byId("strip-title").textContent = mode === "edit" ? "Edit message" : `Reply to ${message.author}`;
  byId("strip-text").textContent = message.text.replace(/\s+/g, " ") || "Photo";
  byId("strip").hidden = false;
  draft.focus();
}

function clearTarget() {
  if (target?.mode === "edit") draft.value = "";
  target = null;
  byId("strip").hidden = true;
  grow();
}

function grow() {
  draft.style.height = "auto";
  if (draft.scrollHeight) draft.style.height = `${Math.min(draft.scrollHeight, TALLEST)}px`; // a hidden one has none
  byId("send-button").disabled = !draft.value.trim();
}

async function send() {
  const text = draft.value.trim();
  if (!text) return;
  const aimed = target;
  draft.value = "";
  clearTarget();
  hideCommands();
  const change = () => act("edit", { person: store.person.id, chat: aimed.message.chat, message: aimed.message.id, text });
  const done = aimed?.mode === "edit" ? await attempt(change) : await say(text, aimed?.message.id);
  if (done === null && !draft.value) {
    draft.value = text;
    grow();
  }
}

// --- the commands menu -----------------------------------------------------------------------------

function showCommands(prefix = "") {
  const found = current().commands.filter((item) => item.command.startsWith(prefix));
  if (!found.length) return hideCommands();
  commands.replaceChildren(...found.map((item, index) => el(
    "button",
    { type: "button", role: "option", tabIndex: -1, id: `command-${index}`, "aria-selected": String(index === 0), data: { testid: `command-${item.command}`, command: item.command }, on: { click: () => pick(item.command) } },
    el("b", {}, `/${item.command}`),
    el("span", {}, item.description),
  )));
  commands.hidden = false;
  draft.setAttribute("aria-activedescendant", "command-0");
  byId("commands-button").setAttribute("aria-expanded", "true");
  return undefined;
}

function hideCommands() {
  commands.hidden = true;
  draft.removeAttribute("aria-activedescendant");
  byId("commands-button").setAttribute("aria-expanded", "false");
}

async function pick(command) {
  hideCommands();
  draft.value = "";
  grow();
  draft.focus();
  await say(`/${command}`);
}

function walk(step) {
  const items = [...commands.children];
  const next = items.at((items.findIndex((item) => item.ariaSelected === "true") + step) % items.length);
  for (const item of items) item.ariaSelected = String(item === next);
  draft.setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
}

// --- wiring ----------------------------------------------------------------------------------------

draft.addEventListener("input", () => {
  grow();
  const typed = /^\/(\w*)$/.exec(draft.value);
  if (typed && current().commands.length) showCommands(typed[1]);
  else hideCommands();
});

draft.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.isComposing) return;
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    const chosen = commands.hidden ? null : commands.querySelector('[aria-selected="true"]');
    if (chosen) pick(chosen.dataset.command);
    else send();
  } else if (event.key === "Escape") {
    if (commands.hidden) clearTarget();
    else hideCommands();
  } else if (step && !commands.hidden) {
    event.preventDefault();
    walk(step);
  }
});

byId("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
byId("commands-button").addEventListener("click", () => {
  if (commands.hidden) showCommands();
  else hideCommands();
  draft.focus();
});
byId("strip-close").addEventListener("click", clearTarget);
byId("start").addEventListener("click", () => say("/start").then(() => draft.focus()));
document.addEventListener("pointerdown", (event) => {
  if (!event.target.closest(".below")) hideCommands();
});
