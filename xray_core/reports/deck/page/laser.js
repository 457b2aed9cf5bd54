/* Laser: a dot that follows the pointer, to point at something in front of a room. */

import { make } from "../../../viewer/elements.js";

export class Laser {
  constructor() {
    this.dot = make("div", { id: "laser", hidden: true });
    document.body.append(this.dot);
    window.addEventListener("pointermove", ({ clientX, clientY }) => {
      this.dot.style.transform = `translate(${clientX}px, ${clientY}px)`;
    });
  }

  toggle(on = this.dot.hidden) {
    this.dot.hidden = !on;
    document.documentElement.classList.toggle("pointing", on);
  }
}
