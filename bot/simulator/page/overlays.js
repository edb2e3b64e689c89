// What lies over the chat: toasts, alerts, menus, the photo viewer.

import { byId, el, icon } from "./dom.js";

const TOAST_TIME = 3200; // milliseconds

export function toast(text) {
  const node = el("div", { className: "toast", data: { testid: "toast" } }, text);
  byId("toasts").append(node);
  setTimeout(() => node.remove(), TOAST_TIME);
}

export function alertBox(title, text) {
  byId("alert-title").textContent = title;
  byId("alert-text").textContent = text;
  byId("alert").showModal();
}

export function showPhoto(url, label) {
  const image = byId("viewer-image");
  image.src = url;
  image.alt = label;
  byId("viewer").showModal();
}

/** A menu near a point. `items` are [icon, label, action]; Escape or a tap elsewhere closes it. */
export function openMenu(x, y, items, opener) {
  closeMenu();
  const node = el("div", { className: "menu floating", id: "menu", role: "menu", data: { testid: "menu" } });
  for (const [name, label, action] of items) {
    const choose = () => {
      closeMenu();
      opener?.focus({ preventScroll: true });
      action();
    };
    node.append(el("button", { role: "menuitem", type: "button", data: { testid: `menu-${name}` }, on: { click: choose } }, icon(name), label));
  }
  node.addEventListener("keydown", (event) => move(event, node, opener));
  document.body.append(node);
  const box = node.getBoundingClientRect();
  node.style.left = `${Math.max(8, Math.min(x, innerWidth - box.width - 8))}px`;
  node.style.top = `${Math.max(8, Math.min(y, innerHeight - box.height - 8))}px`;
  node.firstElementChild.focus({ preventScroll: true });
}

export function closeMenu() {
  byId("menu")?.remove();
}

/** Arrow keys walk the buttons of a menu. */
function move(event, menu, opener) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    closeMenu();
    opener?.focus({ preventScroll: true });
  } else if (step) {
    event.preventDefault();
    const items = [...menu.children];
    items.at((items.indexOf(document.activeElement) + step) % items.length).focus();
  }
}

document.addEventListener("pointerdown", (event) => {
  if (!event.target.closest("#menu")) closeMenu();
});
