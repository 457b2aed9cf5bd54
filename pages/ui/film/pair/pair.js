/* Two films with one zoom and one window. State: frame and greys; films come from Python. */

import { WHOLE, fitted, greysOf, moved, zoomed } from "./frame.js";

const PLAIN = Object.freeze({ window: 1, level: 0.5, inverted: false });
const STEP = 0.1; // of the film, for an arrow key
const KEYS = {
  "+": (frame) => zoomed(frame, 1.25),
  "=": (frame) => zoomed(frame, 1.25),
  "-": (frame) => zoomed(frame, 0.8),
  0: () => WHOLE,
  ArrowLeft: (frame) => moved(frame, [STEP, 0]),
  ArrowRight: (frame) => moved(frame, [-STEP, 0]),
  ArrowUp: (frame) => moved(frame, [0, STEP]),
  ArrowDown: (frame) => moved(frame, [0, -STEP]),
};
const SVG = `<svg class="greys" aria-hidden="true"><filter id="pair-greys"
  color-interpolation-filters="sRGB"><feComponentTransfer><feFuncR type="linear"/>
  <feFuncG type="linear"/><feFuncB type="linear"/></feComponentTransfer></filter></svg>`;
const BAR = `<div class="bar"><button data-act="+" aria-label="Zoom in">+</button>
  <button data-act="-" aria-label="Zoom out">−</button><button data-act="0">Fit</button>
  <label>Window <input type="range" name="window" min="0.1" max="1" step="0.01"></label>
  <label>Level <input type="range" name="level" min="0" max="1" step="0.01"></label>
  <button data-act="invert" aria-pressed="false">Invert</button>
  <button data-act="plain">Plain</button></div>`;
const PANE = `<figure><figcaption><b></b><span></span></figcaption>
  <div class="pane" tabindex="0" role="img"><img alt="" draggable="false"></div></figure>`;

class Pair {
  constructor(root) {
    this.root = root;
    root.innerHTML = `${BAR}<div class="films">${PANE}${PANE}</div>${SVG}`;
    this.panes = [...root.querySelectorAll(".pane")];
    this.frame = WHOLE;
    this.greys = PLAIN;
    this.sizes = new ResizeObserver(() => this.draw());
    this.panes.forEach((pane) => this.#listen(pane));
    root.querySelector(".bar").addEventListener("click", ({ target }) => this.#act(target));
    root.querySelectorAll("input").forEach((input) =>
      input.addEventListener("input", () => {
        this.greys = { ...this.greys, [input.name]: Number(input.value) };
        this.draw();
      }),
    );
  }

  #listen(pane) {
    const image = pane.querySelector("img");
    this.sizes.observe(pane);
    image.addEventListener("load", () => this.draw());
    pane.addEventListener("dblclick", () => this.#set(WHOLE));
    pane.addEventListener("keydown", (event) => {
      if (!KEYS[event.key] || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      this.#set(KEYS[event.key](this.frame));
    });
    pane.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        const by = Math.max(-60, Math.min(60, event.deltaY));
        this.#set(zoomed(this.frame, Math.exp(-by / 250), this.#fromMiddle(pane, event)));
      },
      { passive: false },
    );
    pane.addEventListener("pointerdown", (event) => pane.setPointerCapture(event.pointerId));
    pane.addEventListener("pointermove", (event) => {
      if (!pane.hasPointerCapture(event.pointerId)) return;
      const { w, h } = this.#fit(pane);
      this.#set(moved(this.frame, [event.movementX / w, event.movementY / h]));
    });
  }

  #act(button) {
    const { act } = button.dataset;
    if (!act) return;
    if (act === "invert") this.greys = { ...this.greys, inverted: !this.greys.inverted };
    else if (act === "plain") this.greys = PLAIN;
    else this.frame = KEYS[act](this.frame);
    this.draw();
  }

  #set(frame) {
    this.frame = frame;
    this.draw();
  }

  #fit(pane) {
    const image = pane.querySelector("img");
    const film = { w: image.naturalWidth || 1, h: image.naturalHeight || 1 };
    return fitted(film, { w: pane.clientWidth, h: pane.clientHeight });
  }

  #fromMiddle(pane, { clientX, clientY }) {
    const { left, top } = pane.getBoundingClientRect();
    const { w, h } = this.#fit(pane);
    const [dx, dy] = [clientX - left - pane.clientWidth / 2, clientY - top - pane.clientHeight / 2];
    return [dx / w, dy / h];
  }

  update({ films }) {
    films.forEach(({ image, title, note }, number) => {
      const pane = this.panes[number];
      const [name, told] = pane.parentElement.querySelector("figcaption").children;
      [name.textContent, told.textContent] = [title, note];
      pane.setAttribute("aria-label", `${title} ${note}`);
      const shown = pane.querySelector("img");
      if (shown.getAttribute("src") !== image) shown.src = image;
    });
    this.draw();
  }

  draw() {
    const { zoom, x, y } = this.frame;
    for (const pane of this.panes) {
      const { w, h } = this.#fit(pane);
      const [left, top] = [
        pane.clientWidth / 2 - x * w * zoom,
        pane.clientHeight / 2 - y * h * zoom,
      ];
      Object.assign(pane.querySelector("img").style, {
        width: `${w * zoom}px`,
        height: `${h * zoom}px`,
        transform: `translate(${left}px, ${top}px)`,
      });
    }
    const [slope, intercept] = greysOf(this.greys);
    for (const part of this.root.querySelectorAll("feComponentTransfer > *")) {
      part.setAttribute("slope", slope);
      part.setAttribute("intercept", intercept);
    }
    for (const input of this.root.querySelectorAll("input")) input.value = this.greys[input.name];
    this.root
      .querySelector("[data-act=invert]")
      .setAttribute("aria-pressed", String(this.greys.inverted));
  }

  destroy() {
    this.sizes.disconnect();
  }
}

const pairs = new WeakMap(); // one per element; it goes when the element goes

export default function showPair({ parentElement, data }) {
  const root = parentElement.querySelector(".pair");
  if (!pairs.has(root)) pairs.set(root, new Pair(root));
  pairs.get(root).update(data);
  return () =>
    setTimeout(() => {
      if (root.isConnected) return; // a late call was dropped, the pair stays
      pairs.get(root)?.destroy();
      pairs.delete(root);
    });
}
