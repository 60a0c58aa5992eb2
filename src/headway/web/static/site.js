// What every page does: language, appearance and signing out.
import { send } from "/assets/web/send.js";

const YEAR = 31536000;

for (const select of document.querySelectorAll("select[data-cookie]")) {
  select.addEventListener("change", () => {
    document.cookie = `${select.dataset.cookie}=${select.value}; path=/; max-age=${YEAR}; samesite=lax`;
    if (select.id === "theme") {
      document.documentElement.dataset.theme = select.value;
    } else {
      location.reload();
    }
  });
}

document.getElementById("sign-out")?.addEventListener("click", async () => {
  await send("/sign-out");
  location.assign("/sign-in");
});
