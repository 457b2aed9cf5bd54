/* Hands: the fields for a show of hands, on a slide and in the presenter's window. */

import { make } from "../../../viewer/elements.js";
import { handsOf } from "./votes.js";

/** Keys that turn slides from a field as well: those of a clicker. */
export const TURN_IN_FIELDS = new Set(["PageDown", "PageUp"]);

/** A form for fields { label, title, n }; `changed` takes a label and its number of hands. */
export function handsForm(fields, changed, ...below) {
  const rows = fields.map(({ label, title }) => {
    const input = make("input", { type: "number", min: 0, max: 999, "aria-label": title });
    input.addEventListener("input", () => changed(label, handsOf(input.value)));
    return make("label", { dataset: { label } }, make("span", {}, title), input);
  });
  const name = "Show of hands";
  return make(
    "form",
    { className: "votes", "aria-label": name },
    make("b", {}, name),
    ...rows,
    ...below,
  );
}

/** Write numbers into a form, but not into the field that is being typed in. */
export function fillHands(form, fields) {
  for (const { label, n } of fields) {
    const input = form.querySelector(`label[data-label="${CSS.escape(label)}"] input`);
    if (input !== form.ownerDocument.activeElement) input.value = n || "";
  }
}
