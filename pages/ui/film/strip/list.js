/* What lists of films share: their elements, and the mark of the chosen one. */

export function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

/** A button of a list: an option with its number, and words for those who hover. */
export function optionButton(index, title) {
  const button = element("button");
  button.type = "button";
  button.setAttribute("role", "option");
  button.dataset.index = index;
  button.title = title;
  return button;
}

/** Mark the chosen one; it alone is reached by Tab, or the first where none is chosen. */
export function markChosen(buttons, place) {
  buttons.forEach((button, index) => {
    button.setAttribute("aria-selected", String(index === place));
    button.tabIndex = index === Math.max(place, 0) ? 0 : -1;
  });
}
