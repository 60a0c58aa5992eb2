// How a page sends something to the console, and shows what came of it.

export function notice(words) {
  document.getElementById("notice").textContent = words;
}

// What proves that a request comes from a page of the console.
export function formToken() {
  return document.querySelector('meta[name="form-token"]').content;
}

// Send JSON to the console. Gives {ok, status, content}; a connection that fails has the status 0.
export async function send(path, content, method = "POST") {
  const headers = {
    "Content-Type": "application/json",
    "X-Headway-Form": formToken(),
  };
  try {
    const answer = await fetch(path, { method, headers, body: JSON.stringify(content ?? {}) });
    const found = answer.status === 204 ? null : await answer.json();
    return { ok: answer.ok, status: answer.status, content: found };
  } catch {
    return { ok: false, status: 0, content: { detail: document.getElementById("notice").dataset.offline } };
  }
}

// What a refused request says, in one line.
export function reason(content) {
  return [content.detail, content.next_step].filter(Boolean).join(" ");
}

// A form that is sent as JSON; `done` gets what comes back, anything refused is shown below its fields.
export function sendForm(form, done) {
  const error = form.querySelector(".error");
  const button = form.querySelector("button");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    error.textContent = "";
    const content = Object.fromEntries(new FormData(form));
    button.disabled = true;
    const answer = await send(form.action, content);
    button.disabled = false;
    if (answer.ok) {
      done(answer.content);
    } else {
      error.textContent = reason(answer.content);
      // The button lost the focus when it was disabled.
      (form.querySelector("input:not([readonly])") ?? button).focus();
    }
  });
}

// What is shown is what the server says: the part of the page that changes is fetched anew.
export async function renew(id) {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const part = page.getElementById(id);
    if (part) document.getElementById(id).replaceChildren(...part.childNodes);
  } catch {
    // The console is gone for a moment; the next time says more.
  }
}
