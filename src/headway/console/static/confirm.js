// Asking once more before something is done: the dialog says what, and which command does the same.
import { reason, send } from "/assets/web/send.js";

const dialog = document.getElementById("confirm");
let asked = null;

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-confirm]");
  if (!button) return;
  asked = button.dataset;
  dialog.querySelector("#confirm-words").textContent = asked.confirm;
  dialog.querySelector("code").textContent = asked.command;
  dialog.querySelector(".error").textContent = "";
  dialog.showModal();
});

dialog?.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.value !== "yes") return dialog.close();
  button.disabled = true;
  const answer = await send(asked.path, JSON.parse(asked.content ?? "{}"));
  button.disabled = false;
  if (answer.ok) {
    location.reload();
  } else {
    dialog.querySelector(".error").textContent = reason(answer.content);
  }
});
