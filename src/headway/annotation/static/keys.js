// Which key does what: three ready sets, each of which can be changed, or switched off.

export const ACTIONS = ["accept", "skip", "undo", "redo", "flag", "comment", "guidelines", "search", "help"];

// `instant`: a label's key answers at once; else it chooses, and `accept` answers.
const PRESETS = {
  default: {
    instant: true,
    keys: {
      accept: "Enter", skip: "Space", undo: "z", redo: "Shift+z", flag: "f", comment: "c",
      guidelines: "g", search: "/", help: "?",
    },
  },
  prodigy: {
    instant: false,
    keys: {
      accept: "a", skip: "Space", undo: "Backspace", redo: "Shift+Backspace", flag: "f", comment: "c",
      guidelines: "g", search: "/", help: "?",
    },
  },
  labelstudio: {
    instant: false,
    keys: {
      accept: "Ctrl+Enter", skip: "Ctrl+Space", undo: "Ctrl+z", redo: "Ctrl+Shift+z", flag: "Ctrl+f",
      comment: "Alt+c", guidelines: "Alt+g", search: "/", help: "?",
    },
  },
};
export const PRESET_NAMES = Object.keys(PRESETS);

const FOR_LABELS = [..."1234567890qwertyuiopasdfghjklzxcvbnm"];
const STORED = "headway.keys";

// The name of the key that an event is about; null while an input method composes, and of modifiers alone.
export function keyOf(event) {
  if (event.isComposing || event.keyCode === 229) return null;
  if (["Control", "Shift", "Alt", "Meta", "Process", "Dead"].includes(event.key)) return null;
  const key = event.key === " " ? "Space" : event.key.length === 1 ? event.key.toLowerCase() : event.key;
  // Of "?" the shift key is a part, on one keyboard or the other.
  const shift = event.shiftKey && (key.length > 1 || key !== key.toUpperCase());
  const modifiers = [
    [event.ctrlKey || event.metaKey, "Ctrl"],
    [event.altKey, "Alt"],
    [shift, "Shift"],
  ];
  return [...modifiers.filter(([held]) => held).map(([, name]) => name), key].join("+");
}

// The keys in force in this browser.
export class Keys {
  constructor(storage) {
    this.storage = storage;
    const kept = JSON.parse(storage.getItem(STORED) ?? "{}");
    this.preset = PRESETS[kept.preset] ? kept.preset : "default";
    this.changed = kept.changed ?? {};
    this.on = kept.on ?? true;
  }

  get instant() {
    return PRESETS[this.preset].instant;
  }

  of(action) {
    return this.changed[action] ?? PRESETS[this.preset].keys[action];
  }

  // The key of the label at a place; null where there are more labels than keys.
  ofLabel(place) {
    const taken = new Set(ACTIONS.map((action) => this.of(action)));
    return FOR_LABELS.filter((key) => !taken.has(key))[place] ?? null;
  }

  // What an event asks for: {action}, {place} of a label, or null.
  meaning(event) {
    const key = this.on ? keyOf(event) : null;
    if (key === null) return null;
    const action = ACTIONS.find((each) => this.of(each) === key);
    if (action) return { action };
    const place = FOR_LABELS.filter((each) => !ACTIONS.some((one) => this.of(one) === each)).indexOf(key);
    return place >= 0 ? { place } : null;
  }

  choose(preset) {
    this.preset = preset;
    this.changed = {};
    this.#keep();
  }

  // Gives the action that has the key already, and changes nothing then.
  change(action, key) {
    const other = ACTIONS.find((each) => each !== action && this.of(each) === key);
    if (other) return other;
    this.changed[action] = key;
    this.#keep();
    return null;
  }

  switch(on) {
    this.on = on;
    this.#keep();
  }

  #keep() {
    const { preset, changed, on } = this;
    this.storage.setItem(STORED, JSON.stringify({ preset, changed, on }));
  }
}
