// The labelling page.
import { notice, reason } from "/assets/web/send.js";
import { Keys } from "./keys.js";
import { KeyDialog } from "./key_dialog.js";
import { Outbox } from "./outbox.js";
import { Supply } from "./supply.js";

const AGAIN = 20000;
const LONGEST_SECONDS = 86400;
const setup = JSON.parse(document.getElementById("setup").textContent);
const words = setup.words;
const find = (id) => document.getElementById(id);
const labels = [...document.querySelectorAll("#labels button")];

const keys = new Keys(localStorage);
const outbox = new Outbox(localStorage, setup.user, setup.task, delivered);
const supply = new Supply(setup.task, outbox, () => current, arrived);
const past = setup.recent.reverse();
const future = [];
const SUGGEST = "headway.suggest";
let current = null;
let chosen = null;
let answered = setup.progress.answered;
let left = setup.progress.labels_left;
let since = performance.now();
let looked = 0;

// Time counts while the page is seen.
function watch() {
  if (document.visibilityState === "hidden") looked += performance.now() - since;
  since = performance.now();
}

function show(item) {
  current = item;
  chosen = item?.label ?? suggested()[0]?.label ?? null;
  find("work").hidden = item === null;
  find("empty").hidden = item !== null;
  find("empty").textContent = supply.asking ? words.loading : words.done;
  if (item === null) return refresh();
  find("text").textContent = item.text;
  find("text").scrollTop = 0;
  find("text").focus({ preventScroll: true });
  find("comment").value = item.comment ?? "";
  find("search").value = "";
  filter();
  refresh();
  looked = 0;
  since = performance.now();
}

// What the learner thinks, to who wants to see it.
function suggested() {
  return find("suggest")?.checked ? (current?.suggestions ?? []) : [];
}

function refresh() {
  find("suggestions").hidden = suggested().length === 0;
  find("suggestions").textContent = words.suggested.replace(
    "{labels}", suggested().map(({ label, score }) => `${label} ${Math.round(100 * score)}%`).join(" · "),
  );
  for (const button of labels) button.setAttribute("aria-pressed", String(button.dataset.label === chosen));
  find("flag").setAttribute("aria-pressed", String(current?.flagged ?? false));
  find("undo").disabled = past.length === 0;
  find("redo").disabled = future.length === 0;
  find("accept").hidden = keys.instant && chosen === null;
  find("accept").disabled = chosen === null;
  find("has-comment").hidden = !current?.comment;
  find("answered").textContent = words.answered.replace("{n}", answered.toLocaleString());
  find("left").textContent = words.left.replace("{n}", left.toLocaleString());
  const waiting = outbox.entries.length;
  const state = outbox.state === "signed-out" ? words.signedOut : outbox.state ? words.offline : words.saving;
  find("saved").textContent = waiting ? state.replace("{n}", waiting) : words.saved;
  find("again").hidden = outbox.state !== "signed-out";
}

function answer(action, label = null) {
  if (current === null) return;
  const seconds = Math.min(Math.round(looked + performance.now() - since) / 1000, LONGEST_SECONDS);
  const item = { ...current, action, label, seconds, shown: { suggestions: suggested() } };
  past.push(item);
  future.length = 0;
  count(item, 1);
  submit(item);
  show(supply.take());
}

// What the next word of the console will say, said at once.
function count(item, by) {
  answered += by;
  if (item.action === "label") left = Math.max(left - by, 0);
}

function submit(item) {
  const { record, action, label, comment, flagged, seconds, seen, shown } = item;
  outbox.add({ record, action, label, comment, flagged, seconds, seen, shown });
}

function undo() {
  const item = past.pop();
  if (!item) return;
  if (current) supply.putBack(current);
  future.push(item);
  count(item, -1);
  submit({ ...item, action: "withdraw", label: null, seconds: 0 });
  show(item);
}

function redo() {
  const item = future.pop();
  if (!item) return;
  past.push(item);
  count(item, 1);
  submit(item);
  show(supply.take());
}

const ACTS = {
  accept: () => chosen !== null && answer("label", chosen),
  skip: () => answer("skip"),
  undo,
  redo,
  flag: () => { if (current) current.flagged = !current.flagged; refresh(); },
  comment: () => find("comment-dialog").showModal(),
  guidelines: () => find("guidelines-dialog").showModal(),
  search: () => find("search").focus(),
  help: () => keyDialog.open(),
};

function choose(label) {
  if (keys.instant) return answer("label", label);
  chosen = label;
  refresh();
}

function filter() {
  const wanted = find("search").value.trim().toLowerCase();
  for (const button of labels) button.hidden = !button.dataset.label.toLowerCase().includes(wanted);
}

// What a draft says: no page shows it again.
function draft({ label, comment }) {
  const said = [label, comment].filter(Boolean).join(" · ");
  return said && words.draft.replace("{answer}", () => said);
}

function delivered(receipt, entry) {
  if (receipt?.state === "draft") notice(`${words[receipt.refusal]} ${draft(entry.content)}`.trim());
  if (receipt?.state === "refused") notice(reason(receipt.content));
  if (receipt?.state === "saved") {
    for (const item of [current, ...past, ...future]) {
      if (item?.record === entry.content.record) item.seen = receipt.version;
    }
  }
  refresh();
}

function arrived(progress, response) {
  if (progress) {
    left = progress.labels_left;
  } else if ([401, 403].includes(response.status)) {
    outbox.state = "signed-out";
  }
  if (current === null) show(supply.waiting.shift() ?? null);
  // What others give up comes back into the queue.
  if (current === null) setTimeout(() => supply.refill(), AGAIN);
  refresh();
}

const keyDialog = new KeyDialog(find("keys-dialog"), keys, words, () => {
  for (const [place, button] of labels.entries()) button.querySelector("kbd").textContent = keys.on ? (keys.ofLabel(place) ?? "") : "";
  for (const button of document.querySelectorAll("[data-act] kbd")) {
    button.textContent = keys.on ? keys.of(button.parentElement.dataset.act) : "";
  }
  refresh();
});

for (const button of labels) button.addEventListener("click", () => choose(button.dataset.label));
for (const button of document.querySelectorAll("[data-act]")) {
  button.addEventListener("click", () => { ACTS[button.dataset.act](); });
}
find("search").addEventListener("input", filter);
find("search").addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) return;
  const first = labels.find((button) => !button.hidden);
  if (event.key === "Enter" && first && find("search").value.trim()) {
    event.preventDefault();
    choose(first.dataset.label);
  }
  if (event.key === "Escape") {
    find("search").value = "";
    filter();
    find("text").focus();
  }
});
// As it is typed: the dialog tells that it was closed only after a key that was pressed at once.
find("comment").addEventListener("input", () => {
  if (current) current.comment = find("comment").value;
});
find("comment-dialog").addEventListener("close", refresh);
if (find("suggest")) {
  find("suggest").checked = localStorage.getItem(SUGGEST) === "yes";
  find("suggest").addEventListener("change", () => {
    localStorage.setItem(SUGGEST, find("suggest").checked ? "yes" : "no");
    chosen = current?.label ?? suggested()[0]?.label ?? null;
    refresh();
  });
}
document.addEventListener("visibilitychange", watch);
document.addEventListener("keydown", (event) => {
  const meaning = keys.meaning(event);
  if (meaning === null || document.querySelector("dialog[open]")) return;
  if (event.target.closest("input, textarea, select")) return;
  // A button that has the focus is pressed by these, as everywhere.
  if (event.target.closest("button, a") && ["Enter", " "].includes(event.key)) return;
  const label = meaning.place === undefined ? null : labels[meaning.place]?.dataset.label;
  if (label === undefined) return;
  event.preventDefault();
  if (event.repeat) return;
  if (label === null) ACTS[meaning.action]();
  else choose(label);
});

keyDialog.write();
show(null);
outbox.flush();
supply.refill();
