/* Presenter: notes, the next slide, a clock and the show of hands in a second window. Both windows
 * speak through a BroadcastChannel. */

import { make } from "../../../viewer/elements.js";
import { fillHands, handsForm, TURN_IN_FIELDS } from "./hands.js";

const STYLE = `
  body { margin: 0; padding: 3vw; font: 20px/1.5 system-ui, sans-serif;
    background: #0e1116; color: #e6eaf0; font-variant-numeric: tabular-nums; }
  header { display: flex; justify-content: space-between; color: #9aa4b2; }
  time { font-size: 36px; color: #e6eaf0; }
  h1 { font-size: 30px; line-height: 1.25; margin: 2vw 0; }
  .said { white-space: pre-line; font-size: 22px; }
  .next { border-top: 1px solid #2a323d; margin-top: 3vw; padding-top: 1vw; color: #9aa4b2; }
  .votes { display: flex; flex-wrap: wrap; align-items: end; gap: 20px; margin-top: 3vw; }
  .votes label { display: grid; gap: 4px; }
  .votes input { box-sizing: border-box; width: 130px; min-height: 44px; padding: 4px 10px;
    border: 1px solid #6f7a89; border-radius: 6px; background: #161b22; color: inherit;
    font: inherit; text-align: right; }
  .votes input:focus-visible { outline: 2px solid #5ccfc4; outline-offset: 2px; }
`;

export class Presenter {
  /** `press` takes a key that was pressed in the other window, `count` hands that were typed there:
   * { film, label, n }. */
  constructor({ press, count }) {
    this.name = `thoraxlens-${Math.random().toString(36).slice(2)}`;
    this.channel = new BroadcastChannel(this.name);
    this.channel.addEventListener("message", ({ data }) => {
      if (data.key) press(data.key);
      if (data.counted) count(data.counted);
    });
    this.window = null;
    this.last = null;
  }

  open() {
    if (!this.window || this.window.closed) {
      this.window = window.open("", this.name, "width=960,height=640");
      if (!this.window) return; // the browser forbids windows
      this.#build(this.window);
    }
    this.window.focus();
    if (this.last) this.tell(this.last);
  }

  /** What is shown: { place, title, notes, next, hands }. */
  tell(shown) {
    this.last = shown;
    this.channel.postMessage(shown);
  }

  #build(other) {
    const part = {
      place: make("span"),
      clock: make("time", { title: "Since this window was opened" }),
      title: make("h1"),
      notes: make("div", { className: "said" }),
      next: make("p", { className: "next" }),
      hands: make("div", { hidden: true }),
    };
    const page = other.document;
    page.title = "Speaker notes";
    page.documentElement.lang = "en";
    page.head.append(make("style", {}, STYLE));
    page.body.replaceChildren(
      make("header", {}, part.place, part.clock),
      part.title,
      part.hands,
      part.notes,
      part.next,
    );
    const inbox = new other.BroadcastChannel(this.name);
    const counted = (hands) => inbox.postMessage({ counted: hands });
    inbox.addEventListener("message", ({ data }) => {
      if (data.title === undefined) return;
      fill(part, data);
      showHands(part.hands, data.hands, counted);
    });
    page.addEventListener("submit", (event) => event.preventDefault());
    page.addEventListener("keydown", (event) => {
      const typing = event.target.matches("input");
      if (typing && !TURN_IN_FIELDS.has(event.key)) return;
      if (typing) event.preventDefault();
      inbox.postMessage({ key: event.key });
    });
    const start = Date.now();
    const tick = () => (part.clock.textContent = clockWords(Date.now() - start));
    other.setInterval(tick, 1000);
    tick();
  }
}

function fill(part, { place, title, notes, next }) {
  part.place.textContent = place;
  part.title.textContent = title;
  part.notes.textContent = notes;
  part.next.textContent = next ? `Next: ${next}` : "This is the last slide.";
}

/** The fields for the film that is shown blind; none on any other slide. */
function showHands(room, hands, counted) {
  room.hidden = !hands;
  if (!hands) return;
  const { film, fields } = hands;
  if (room.dataset.film !== film) {
    room.dataset.film = film;
    room.replaceChildren(handsForm(fields, (label, n) => counted({ film, label, n })));
  }
  fillHands(room, fields);
}

/** `4:05` since the start, and the time of day. */
function clockWords(milliseconds) {
  const seconds = Math.floor(milliseconds / 1000);
  const day = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")} · ${day}`;
}
