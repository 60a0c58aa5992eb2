// Asking for jobs, cancelling them, and seeing how far they are.
import { notice, reason, renew, send, sendForm } from "/assets/web/send.js";

const SOON = 2000;
const LATER = 15000;
const form = document.getElementById("ask");

async function refresh() {
  await renew("jobs");
  const active = document.querySelector('[data-state="running"], [data-state="waiting"]');
  timer = setTimeout(refresh, active ? SOON : LATER);
}

function refreshNow() {
  clearTimeout(timer);
  refresh();
}

document.getElementById("jobs").addEventListener("click", async (event) => {
  const path = event.target.closest("[data-cancel]")?.dataset.cancel;
  if (!path) return;
  const answer = await send(path);
  if (!answer.ok) notice(reason(answer.content));
  refreshNow();
});

if (form) {
  const kind = form.elements.kind;
  kind.addEventListener("change", () => {
    for (const field of form.querySelectorAll("[data-kind]")) field.hidden = field.dataset.kind !== kind.value;
  });
  sendForm(form, refreshNow);
}

let timer = setTimeout(refresh, SOON);
