// What this page knows: who is looking, their chats, and how far they have read.

export const store = {
  scene: null,
  person: null,
  bot: null,
  chats: new Map(), // chat id → chat, its messages a Map of id → message
  open: null, // id of the chat on screen
  loadedAt: Date.now() / 1000,
};

export const current = () => store.chats.get(store.open) ?? null;
export const last = (chat) => [...chat.messages.values()].at(-1) ?? null;

/** Take over a whole state as the server gave it. */
export function adopt(state) {
  store.person = state.person;
  store.bot = state.bot;
  store.chats = new Map(state.chats.map((chat) => [chat.id, { ...chat, messages: new Map(chat.messages.map((message) => [message.id, message])) }]));
}

/** Put a message in its place; true when it is a new one. */
export function put(message) {
  const chat = store.chats.get(message.chat);
  const fresh = !chat.messages.has(message.id);
  chat.messages.set(message.id, message);
  return fresh;
}

export function take(message) {
  return store.chats.get(message.chat).messages.delete(message.id);
}

/** Messages of others not read yet. What was there before the page opened counts as read. */
export function unread(chat) {
  const known = Number(sessionStorage.getItem(readKey(chat)) ?? 0);
  return [...chat.messages.values()].filter((message) => !message.mine && !message.editable && message.id > known && message.at >= Math.floor(store.loadedAt)).length;
}

export function markRead(chat) {
  sessionStorage.setItem(readKey(chat), String(last(chat)?.id ?? 0));
}

const readKey = (chat) => `${store.scene.opened}:${store.person.id}:${chat.id}`;
