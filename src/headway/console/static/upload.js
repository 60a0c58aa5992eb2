// How a file is to be read and imported: the command that does it, asking for it, and deleting the file instead.
import { notice, reason, send, sendForm } from "/assets/web/send.js";

const form = document.getElementById("import");
const reading = document.getElementById("reading");
const OPTIONS = ["text", "label", "id", "time", "split", "task"];

// As a shell takes it for one word.
function quoted(word) {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
}

function showCommand() {
  const { file } = form.dataset;
  const options = OPTIONS.filter((name) => form.elements[name].value).map(
    (name) => `--${name}=${form.elements[name].value}`,
  );
  // A name that begins with a dash would be taken for an option.
  const path = file.startsWith("-") ? `./${file}` : file;
  const words = ["headway", "import", path, ...JSON.parse(form.dataset.reading), ...options];
  document.getElementById("command").textContent = words.map(quoted).join(" ");
}

form.addEventListener("change", showCommand);
showCommand();
sendForm(form, ({ id }) => location.assign(`/jobs/${id}`));
// A parquet file can be read in one way only.
if (reading) sendForm(reading, () => location.reload());

document.querySelector("[data-delete]").addEventListener("click", async (event) => {
  const answer = await send(event.target.dataset.delete, {}, "DELETE");
  if (answer.ok) location.assign("/data");
  else notice(reason(answer.content));
});
