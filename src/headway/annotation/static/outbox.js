// Answers on their way: each is kept in the browser until the console has said that it is on disk.
import { send } from "/assets/web/send.js";

// Not `randomUUID`, which a browser has only over TLS and on its own machine.
function newKey() {
  const bytes = [...crypto.getRandomValues(new Uint8Array(16))];
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30000;

export class Outbox {
  // `changed` is called when something was added, delivered or refused: (receipt or refusal, entry).
  constructor(storage, user, task, changed) {
    this.storage = storage;
    const place = encodeURIComponent(task);
    // Ends with what no place holds: else `intents` would send what belongs to `intents.v2`.
    this.prefix = `headway.answer/${user}/${place}/`;
    this.path = `/annotate/${place}/answers`;
    this.changed = changed;
    this.versions = new Map();
    this.entries = this.#stored();
    this.sending = false;
    this.wait = FIRST_WAIT;
    // Why nothing is sent now: "" or "offline" or "signed-out".
    this.state = "";
    addEventListener("online", () => this.flush());
  }

  get records() {
    return new Set(this.entries.map((entry) => entry.content.record));
  }

  // Keep an answer and send it; `seen` is the version of the answer that was shown.
  add(content) {
    const key = newKey();
    const entry = { at: Date.now(), content: { ...content, key } };
    this.entries.push(entry);
    try {
      this.storage.setItem(this.prefix + key, JSON.stringify(entry));
    } catch {
      // A browser without room for it: then it is kept as long as the page is open.
    }
    this.changed(null, entry);
    this.flush();
  }

  async flush() {
    if (this.sending) return;
    this.sending = true;
    clearTimeout(this.timer);
    while (this.entries.length && (await this.#deliver(this.entries[0])));
    this.sending = false;
    if (this.entries.length && this.state !== "signed-out") {
      this.timer = setTimeout(() => this.flush(), this.wait);
      this.wait = Math.min(2 * this.wait, LONGEST_WAIT);
    }
  }

  async #deliver(entry) {
    const { record } = entry.content;
    const seen = Math.max(entry.content.seen, this.versions.get(record) ?? 0);
    const answer = await send(this.path, { ...entry.content, seen });
    // A draft is kept as well, though it does not count.
    if (answer.ok || answer.content?.refusal) {
      this.state = "";
      this.wait = FIRST_WAIT;
      this.versions.set(record, answer.content.version);
      this.#done(entry, answer.content);
      return true;
    }
    if ([400, 404, 409, 422].includes(answer.status)) {
      this.#done(entry, { state: "refused", content: answer.content });
      return true;
    }
    this.state = [401, 403].includes(answer.status) ? "signed-out" : "offline";
    this.changed(null, entry);
    return false;
  }

  #done(entry, receipt) {
    this.entries.splice(this.entries.indexOf(entry), 1);
    this.storage.removeItem(this.prefix + entry.content.key);
    this.changed(receipt, entry);
  }

  // What an earlier page left behind, in the order in which it was answered.
  #stored() {
    const keys = Object.keys(this.storage).filter((key) => key.startsWith(this.prefix));
    const entries = keys.map((key) => JSON.parse(this.storage.getItem(key)));
    return entries.sort((first, second) => first.at - second.at);
  }
}
