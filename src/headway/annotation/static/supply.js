// The texts to come: fetched before they are needed.
import { send } from "/assets/web/send.js";

const LOW = 10;
const MOST = 50;

export class Supply {
  // `arrived` is called when new texts are there, or when it is known that there are none: (progress).
  constructor(task, outbox, arrived) {
    this.path = `/annotate/${encodeURIComponent(task)}/items`;
    this.outbox = outbox;
    this.arrived = arrived;
    this.waiting = [];
    this.asking = false;
    this.exhausted = false;
  }

  // The next text; null where none is there yet. `current` is what the page shows.
  take() {
    const item = this.waiting.shift() ?? null;
    if (this.waiting.length < LOW && !this.exhausted) this.refill(item);
    return item;
  }

  putBack(item) {
    this.waiting.unshift(item);
  }

  async refill(current) {
    if (this.asking) return;
    this.asking = true;
    const pending = this.outbox.records;
    const n = Math.min(2 * LOW + this.waiting.length + pending.size + 1, MOST);
    const answer = await send(this.path, { n });
    this.asking = false;
    if (!answer.ok) return this.arrived(null, answer);
    const known = new Set([...pending, ...this.outbox.records, ...this.waiting.map((item) => item.record)]);
    if (current) known.add(current.record);
    const news = answer.content.items.filter((item) => !known.has(item.record));
    this.waiting.push(...news);
    this.exhausted = news.length === 0;
    this.arrived(answer.content.progress, answer);
  }
}
