/* Address: the view that is looked at stands in the address of the page, beside the film that the
 * page names there, so that a link opens it. It takes the place of the one before: to move or zoom
 * a film is no step back in the browser, to show another film is one.
 */

import { viewOf } from "./link.js";

const WRITE_MS = 350; // after the last of several changes
const VIEW = "view";

const asked = () => new URLSearchParams(window.location.search);

export class Address {
  constructor() {
    this.timer = null;
    this.film = ""; // of the view that was written last
    this.view = "";
    this.wait();
  }

  /** The address came from elsewhere: a link, a step back or forward. */
  wait() {
    const link = asked();
    clearTimeout(this.timer);
    this.link = link.get(VIEW) ? { film: link.get("film"), view: link.get(VIEW) } : null;
  }

  /** The view that the address has for a film, once; null for none. */
  take({ linked }) {
    const found = linked && this.link?.film === linked ? this.link.view : null;
    if (found !== null) this.link = null;
    return found;
  }

  /** Write the view of a state, a little later. */
  follow(state) {
    if (!state.data?.linked) return;
    const { linked: film } = state.data;
    const view = viewOf(state);
    if (film === this.film && view === this.view) return;
    clearTimeout(this.timer);
    Object.assign(this, { film, view });
    this.timer = setTimeout(() => this.write(), WRITE_MS);
  }

  /** Write the view now, unless the page has gone on to another film. */
  write() {
    clearTimeout(this.timer);
    const address = new URL(window.location.href);
    const params = address.searchParams;
    if (!this.film || params.get("film") !== this.film) return;
    if (this.view) params.set(VIEW, this.view);
    else params.delete(VIEW);
    if (address.href !== window.location.href)
      window.history.replaceState(window.history.state, "", address);
  }

  /** Put the address into the clipboard; where there is none, show it to be copied by hand. */
  async copy() {
    this.write();
    const { href } = window.location;
    try {
      await navigator.clipboard.writeText(href);
      return "Link to this view copied";
    } catch {
      window.prompt("Copy this link to the view", href);
      return "";
    }
  }

  destroy() {
    clearTimeout(this.timer);
  }
}
