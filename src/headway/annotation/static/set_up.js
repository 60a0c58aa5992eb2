// Setting up labels, guidelines and queue.
import { reason, send } from "/assets/web/send.js";

const form = document.getElementById("set-up");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const error = form.querySelector(".error");
  error.textContent = "";
  const given = new FormData(form);
  const answer = await send(
    form.action,
    {
      labels: given.get("labels").split("\n").map((line) => line.trim()).filter(Boolean),
      overlap: Number(given.get("overlap")),
      guideline: given.get("guideline"),
    },
    "PUT",
  );
  if (answer.ok) location.assign(form.dataset.next);
  else error.textContent = reason(answer.content);
});
