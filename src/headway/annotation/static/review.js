// Deciding on texts: a label decides, the same one again takes the decision back.
import { notice, reason, send } from "/assets/web/send.js";

const list = document.getElementById("review");

list.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-label]");
  if (!button) return;
  const taken = button.getAttribute("aria-pressed") === "true";
  const record = button.closest("[data-record]").dataset.record;
  // What somebody else decided meanwhile is not replaced unseen.
  const seen = button.parentElement.querySelector("[aria-pressed=true]")?.dataset.label ?? null;
  const answer = await send(list.dataset.path, { record, label: taken ? null : button.dataset.label, seen });
  if (!answer.ok) return notice(reason(answer.content));
  for (const each of button.parentElement.children) {
    each.setAttribute("aria-pressed", String(each === button && !taken));
  }
});
