// Signing in, and choosing a password: afterwards to the page that was asked for.
import { sendForm } from "/assets/web/send.js";

// Only a page of this console. Browsers read "/\elsewhere" and "/<tab>/elsewhere" as "//elsewhere",
// another site: what they make of it is what counts.
function ownPage(asked) {
  try {
    const page = new URL(asked, location.origin);
    return page.origin === location.origin ? page.href : "/";
  } catch {
    return "/";
  }
}

sendForm(document.getElementById("form"), () => {
  location.assign(ownPage(new URLSearchParams(location.search).get("next") ?? "/"));
});
