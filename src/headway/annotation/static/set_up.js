// Setting up labels, guidelines and queue.
import { reason, send } from "/assets/web/send.js";

const form = document.getElementById("set-up");

function lines(text) {
  return text.split("\n").map((line) => line.trim()).filter(Boolean);
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const error = form.querySelector(".error");
  error.textContent = "";
  const given = new FormData(form);
  const answer = await send(
    form.action,
    {
      labels: lines(given.get("labels")),
      seen: lines(form.elements.labels.defaultValue),
      overlap: Number(given.get("overlap")),
      guideline: given.get("guideline"),
    },
    "PUT",
  );
  if (answer.ok) location.assign(form.dataset.next);
  else error.textContent = reason(answer.content);
});
