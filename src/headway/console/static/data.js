// Sending a file to the console, chosen or dropped, and asking for a look at the data.
import { formToken, reason, sendForm } from "/assets/web/send.js";

const form = document.getElementById("upload");

// Not by fetch, which does not tell how far a body has come.
function sendFile(file) {
  const error = form.querySelector(".error");
  const button = form.querySelector("button");
  const bar = form.querySelector("progress");
  error.textContent = file.size > Number(form.dataset.most) ? form.dataset.tooLarge : "";
  if (error.textContent) return;
  const request = new XMLHttpRequest();
  request.open("POST", `${form.action}?name=${encodeURIComponent(file.name)}`);
  request.setRequestHeader("Content-Type", "application/octet-stream");
  request.setRequestHeader("X-Headway-Form", formToken());
  request.responseType = "json";
  request.upload.addEventListener("progress", (event) => {
    if (event.total) bar.value = event.loaded / event.total;
  });
  request.addEventListener("loadend", () => {
    if (request.status === 201) return location.assign(`/data/uploads/${request.response.id}`);
    button.disabled = false;
    bar.hidden = true;
    const gone = document.getElementById("notice").dataset.offline;
    error.textContent = request.response ? reason(request.response) : gone;
  });
  button.disabled = true;
  bar.value = 0;
  bar.hidden = false;
  request.send(file);
}

if (form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sendFile(form.querySelector("input").files[0]);
  });
  for (const kind of ["dragover", "dragleave", "drop"]) {
    form.addEventListener(kind, (event) => {
      event.preventDefault();
      form.classList.toggle("over", kind === "dragover");
    });
  }
  form.addEventListener("drop", (event) => {
    const [file] = event.dataTransfer.files;
    if (file) sendFile(file);
  });
}

for (const each of document.querySelectorAll(".ask-job")) {
  sendForm(each, ({ id }) => location.assign(`/jobs/${id}`));
}
