// The texts to come: fetched before they are needed.
import { send } from "/assets/web/send.js";

const LOW = 10;
const MOST = 50;

export class Supply {
  // `shown` gives what the page shows. `arrived` is called when new texts are there, or when it is known that
  // there are none: (progress).
  constructor(task, outbox, shown, arrived) {
    this.path = `/annotate/${encodeURIComponent(task)}/items`;
    this.outbox = outbox;
    this.shown = shown;
    this.arrived = arrived;
    this.waiting = [];
    this.asking = false;
    this.exhausted = false;
  }

  // The next text; null where none is there yet.
  take() {
    if (this.waiting.length <= LOW && !this.exhausted) this.refill();
    return this.waiting.shift() ?? null;
  }

  putBack(item) {
    this.waiting.unshift(item);
  }

  async refill() {
    if (this.asking) return;
    this.asking = true;
    // What is answered while the console is asked may be among what it gives.
    const before = this.#known();
    const n = Math.min(2 * LOW + this.waiting.length + this.outbox.records.size + 1, MOST);
    const answer = await send(this.path, { n });
    this.asking = false;
    if (!answer.ok) return this.arrived(null, answer);
    const known = new Set([...before, ...this.#known()]);
    const news = answer.content.items.filter((item) => !known.has(item.record));
    this.waiting.push(...news);
    this.exhausted = news.length === 0;
    this.arrived(answer.content.progress, answer);
  }

  #known() {
    return [this.shown()?.record, ...this.outbox.records, ...this.waiting.map((item) => item.record)];
  }
}
