// Comparing what is ticked: a job does it, whose page shows what came of it.
import { reason, send } from "/assets/web/send.js";

for (const form of document.querySelectorAll("form.compare")) {
  const button = form.querySelector("button");
  const line = form.querySelector("[data-command]");
  const error = form.querySelector(".error");
  const boxes = [...form.elements].filter((field) => field.type === "checkbox");

  const show = () => {
    const ticked = boxes.filter((box) => box.checked).map((box) => box.value);
    button.disabled = ticked.length < 2;
    line.textContent = [line.dataset.command, ...ticked].join(" ");
    return ticked;
  };

  for (const box of boxes) box.addEventListener("change", show);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    const answer = await send(form.action, { models: show() });
    if (answer.ok) return location.assign(`/jobs/${answer.content.id}`);
    error.textContent = reason(answer.content);
    show();
  });
  // A browser that goes back leaves boxes ticked.
  show();
}
