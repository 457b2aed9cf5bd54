/* Component: the entry that Streamlit calls. */

import { Viewer } from "./viewer.js";

const viewers = new WeakMap(); // one viewer per element; it goes when the element goes

/** Streamlit calls this on every change of data, always with the same element. */
export default function show({ parentElement, data, setStateValue, setTriggerValue }) {
  const root = parentElement.querySelector(".viewer");
  if (!viewers.has(root)) viewers.set(root, new Viewer(root));
  const viewer = viewers.get(root);
  viewer.update(data, { setStateValue, setTriggerValue });
  return () =>
    setTimeout(() => {
      if (root.isConnected) return; // a late call was dropped, the viewer stays
      viewer.destroy();
      viewers.delete(root);
    });
}
