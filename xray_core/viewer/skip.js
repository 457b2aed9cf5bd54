/* Skip: a link before all else on the page, so that the first Tab and Enter lead to the film. */

const AWAY = "position: fixed; top: 8px; left: -9999px; z-index: 1000000;";
const LOOK = "padding: 12px 16px; border-radius: 8px; background: #0e1116; color: #ffffff;";

/** Put the link there, for the film on `stage`; what is returned takes it away. */
export function skipLink(stage) {
  const link = document.createElement("a");
  link.href = "#film";
  link.textContent = "Skip to film";
  link.style.cssText = `${AWAY} ${LOOK}`;
  link.addEventListener("focus", () => (link.style.left = "8px"));
  link.addEventListener("blur", () => (link.style.left = "-9999px"));
  link.addEventListener("click", (event) => {
    event.preventDefault();
    stage.scrollIntoView({ block: "nearest" });
    stage.focus({ preventScroll: true });
  });
  document.body.prepend(link);
  return () => link.remove();
}
