// The dialog that shows the keys, and lets one change them.
import { ACTIONS, PRESET_NAMES, keyOf } from "./keys.js";

export class KeyDialog {
  // `changed` is called whenever other keys are in force.
  constructor(dialog, keys, words, changed) {
    this.dialog = dialog;
    this.keys = keys;
    this.words = words;
    this.changed = changed;
    this.preset = dialog.querySelector("select");
    this.on = dialog.querySelector("input[type=checkbox]");
    this.said = dialog.querySelector(".error");
    this.preset.addEventListener("change", () => {
      if (PRESET_NAMES.includes(this.preset.value)) keys.choose(this.preset.value);
      this.write();
    });
    this.on.addEventListener("change", () => {
      keys.switch(this.on.checked);
      this.write();
    });
    for (const field of dialog.querySelectorAll("input[data-action]")) {
      field.addEventListener("keydown", (event) => this.#press(event, field.dataset.action));
    }
  }

  open() {
    this.said.textContent = "";
    this.write();
    this.dialog.showModal();
  }

  write() {
    this.preset.value = this.keys.preset;
    this.on.checked = this.keys.on;
    for (const action of ACTIONS) {
      this.dialog.querySelector(`[data-action="${action}"]`).value = this.keys.of(action);
    }
    this.changed();
  }

  #press(event, action) {
    const key = keyOf(event);
    // These move on and close, as everywhere.
    if (key === null || ["Tab", "Shift+Tab", "Escape"].includes(key)) return;
    event.preventDefault();
    const other = this.keys.change(action, key);
    const name = this.dialog.querySelector(`[data-action="${other}"]`)?.closest("label").firstChild.textContent;
    this.said.textContent = other ? this.words.taken.replace("{key}", key).replace("{action}", name.trim()) : "";
    this.write();
  }
}
