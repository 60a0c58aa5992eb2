// Signing in, and choosing a password: afterwards to the page that was asked for.
import { sendForm } from "/assets/web/send.js";

sendForm(document.getElementById("form"), () => {
  const asked = new URLSearchParams(location.search).get("next") ?? "/";
  // Only a path of this console: "//elsewhere" would lead to another site.
  location.assign(/^\/(?![/\\])/.test(asked) ? asked : "/");
});
