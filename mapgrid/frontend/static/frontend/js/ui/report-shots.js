// Photos and the sentence beside them. The text field is never taken out of the page while somebody types.

import { shrinkPhoto } from "../core/photos.js";
import { fill, h, icon, iconButton } from "../core/dom.js";
import { gettext, say } from "../core/i18n.js";

const URLS = new WeakMap();
const urlOf = (blob) => {
  if (!URLS.has(blob)) URLS.set(blob, URL.createObjectURL(blob));
  return URLS.get(blob);
};

export function createShots({ most, onPhotos, onNote }) {
  const pictures = h("div", { class: "pictures" });
  const trouble = h("p", { class: "form-error", role: "alert", hidden: true });
  const note = h("textarea", {
    rows: 3,
    maxlength: "1000",
    placeholder: gettext("Add a sentence (optional)"),
    "aria-label": gettext("Note"),
    oninput: () => onNote(note.value),
  });
  const root = h("div", {}, h("div", { class: "shots" }, pictures, note), trouble);
  let shown = null;

  async function add(photos, files) {
    const made = [];
    trouble.hidden = true;
    for (const file of files.slice(0, most - photos.length)) {
      try {
        made.push(await shrinkPhoto(file));
      } catch {
        trouble.textContent = gettext("This picture could not be read. Take another one.");
        trouble.hidden = false;
      }
    }
    if (made.length) onPhotos([...photos, ...made]);
  }

  function picture(photos, i) {
    const label = say(gettext("Remove photo %(i)s"), { i: i + 1 });
    const remove = () => onPhotos(photos.filter((_photo, k) => k !== i));
    return h(
      "div",
      { class: "shot" },
      h("img", { src: urlOf(photos[i]), alt: say(gettext("Photo %(i)s"), { i: i + 1 }) }),
      iconButton("x", label, remove),
    );
  }

  function render({ photos, note: text }) {
    if (note.value !== text) note.value = text;
    if (shown === photos) return;
    shown = photos;
    const input = h("input", {
      type: "file",
      accept: "image/*",
      capture: "environment",
      multiple: true,
      class: "sr",
      onchange: () => add(photos, [...input.files]),
    });
    const take = h(
      "label",
      { class: "take" },
      icon("cam"),
      photos.length ? gettext("Another") : gettext("Photo"),
      input,
    );
    fill(
      pictures,
      photos.map((_photo, i) => picture(photos, i)),
      photos.length < most && take,
    );
  }

  return { root, render };
}
