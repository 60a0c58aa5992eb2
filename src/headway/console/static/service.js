// Asking a champion, and making keys.
import { reason, renew, send, sendForm } from "/assets/web/send.js";

const trial = document.getElementById("try");
const make = document.getElementById("make");

function percent(score) {
  return `${(100 * score).toFixed(1)}%`;
}

function row({ text, scores, truncated }) {
  const found = document.getElementById("answer").content.cloneNode(true);
  const part = (name) => found.querySelector(`[data-part="${name}"]`);
  const [best, ...others] = scores;
  part("text").textContent = text;
  part("truncated").hidden = !truncated;
  part("label").textContent = best.label;
  part("score").textContent = percent(best.score);
  part("others").textContent = others.map(({ label, score }) => `${label} ${percent(score)}`).join(", ");
  return found;
}

function show({ model, version, predictions, line }) {
  const answers = document.getElementById("answers");
  const link = answers.querySelector("a");
  link.textContent = `${model}@${version}`;
  link.href = `/models/${encodeURIComponent(model)}/${version}`;
  answers.querySelector("tbody").replaceChildren(...predictions.map(row));
  answers.hidden = false;
  const shown = document.getElementById("line");
  shown.textContent = line ?? shown.dataset.tooLong;
}

trial?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const error = trial.querySelector(".error");
  const button = trial.querySelector("button");
  const inputs = trial.elements.texts.value.split("\n").filter((text) => text.trim());
  error.textContent = "";
  button.disabled = true;
  const answer = await send(trial.action, { model: trial.elements.model.value, inputs });
  button.disabled = false;
  if (answer.ok) show(answer.content);
  else error.textContent = reason(answer.content);
});

if (make) {
  sendForm(make, ({ key }) => {
    const made = document.getElementById("made");
    made.querySelector("code").textContent = key;
    made.hidden = false;
    make.reset();
    // With the first key the service begins to ask for one.
    for (const part of ["keys", "start", "line"]) renew(part);
  });
}
