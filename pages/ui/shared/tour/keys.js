/* Keys: two buttons at the end of every page, and the list of keys that `?` opens. */

import { make } from "../../../../xray_core/viewer/elements.js";
import { beginTour } from "./kept.js";

const WRITTEN_IN = "input, textarea, select, [contenteditable=true]";

function button(words, act) {
  return make("button", { type: "button", onclick: act }, words);
}

function build(root, keys) {
  const begin = () => {
    root.querySelector("dialog").close();
    beginTour();
  };
  const rows = keys.flatMap(([key, words]) => [make("dt", {}, key), make("dd", {}, words)]);
  const dialog = make(
    "dialog",
    { ariaLabel: "Keys" },
    make("h2", {}, "Keys"),
    make("dl", {}, ...rows),
    make(
      "div",
      { className: "acts" },
      button("Take the tour", begin),
      button("Close", () => dialog.close()),
    ),
  );
  const open = () => dialog.open || dialog.showModal();
  root.replaceChildren(button("Take the tour", begin), button("Keys (?)", open), dialog);
  return open;
}

export default function showKeys({ parentElement, data }) {
  const root = parentElement.querySelector(".keys");
  if (root.children.length) return;
  const open = build(root, data.keys);
  const onKey = (event) => {
    if (!root.isConnected) window.removeEventListener("keydown", onKey);
    const written = event.composedPath()[0].matches?.(WRITTEN_IN);
    const other = event.key !== "?" || event.ctrlKey || event.metaKey || event.altKey;
    if (!root.isConnected || written || other) return;
    event.preventDefault();
    open();
  };
  window.addEventListener("keydown", onKey);
}
