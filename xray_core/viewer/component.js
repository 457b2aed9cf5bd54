/* Component: the entry that Streamlit calls. */

import { skipLink } from "./skip.js";
import { Viewer } from "./viewer.js";

const viewers = new WeakMap(); // one viewer per element; it goes when the element goes
const skips = new WeakMap(); // what takes its skip link away

/** Streamlit calls this on every change of data, always with the same element. */
export default function show({ parentElement, data, setStateValue, setTriggerValue }) {
  const root = parentElement.querySelector(".viewer");
  if (!viewers.has(root)) {
    viewers.set(root, new Viewer(root));
    skips.set(root, skipLink(root.querySelector(".stage")));
  }
  const viewer = viewers.get(root);
  viewer.update(data, { setStateValue, setTriggerValue });
  return () =>
    setTimeout(() => {
      if (root.isConnected) return; // a late call was dropped, the viewer stays
      viewer.destroy();
      viewers.delete(root);
      skips.get(root)();
    });
}
