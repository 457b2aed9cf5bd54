/* Walk: which film of a list is wanted, however fast it is asked for. Part of the viewer, and of the
 * film strip; it needs no page.
 *
 * A request names the place that is wanted, not a step: requests that come while Python is busy are
 * joined to one, the last, and nothing is lost with the others. Python names the last request that
 * it answered with all that it sends.
 */

class Walk {
  constructor() {
    this.wanted = null; // the place that was asked for, until Python has answered
    this.id = 0; // of the last request
  }

  /** A step from a place that is shown, within `first` and `last`; the request, or null at the ends. */
  step(step, shown, first, last) {
    const from = this.wanted ?? shown;
    const to = Math.min(last, Math.max(first, from + step));
    return to === from ? null : this.ask(to);
  }

  ask(place) {
    this.wanted = place;
    this.id += 1;
    return { place, id: this.id };
  }

  /** What Python answered last; whether nothing is wanted any more. */
  answer(id) {
    if (this.wanted === null) this.id = Math.max(this.id, id);
    else if (id >= this.id) this.wanted = null;
    return this.wanted === null;
  }
}
