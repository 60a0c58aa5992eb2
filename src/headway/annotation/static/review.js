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
  const buttons = [...button.parentElement.children];
  // A second decision before the answer would have seen nothing of the first.
  for (const each of buttons) each.disabled = true;
  const answer = await send(list.dataset.path, { record, label: taken ? null : button.dataset.label, seen });
  for (const each of buttons) each.disabled = false;
  // A disabled button loses the focus; where it went on meanwhile, it stays.
  if (document.activeElement === document.body) button.focus();
  if (!answer.ok) return notice(reason(answer.content));
  for (const each of buttons) {
    each.setAttribute("aria-pressed", String(each === button && !taken));
  }
});
