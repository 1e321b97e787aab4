// Keys for people who don't take their hands off the keyboard. Without this file every page works as it is.

const dialog = document.getElementById("keys");
const box = document.querySelector("form.search input[name=q]");

/** Whether a key is text where it is pressed, or belongs to the browser or an input method. */
function typed(event) {
  const at = event.target;
  const field = at instanceof HTMLElement && (at.isContentEditable || at.matches("input, textarea, select"));
  return field || event.isComposing || event.ctrlKey || event.metaKey || event.altKey;
}

/** Moves the focus to the next or previous hit, the first one at the beginning; says whether there is any. */
function step(by) {
  const hits = [...document.querySelectorAll("[data-hit]")];
  if (!hits.length) return false;
  const now = hits.findIndex((hit) => hit.contains(document.activeElement));
  const next = hits[now < 0 ? 0 : Math.min(Math.max(now + by, 0), hits.length - 1)];
  next.querySelector("a")?.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

const DOES = {
  "/": () => { box?.focus(); box?.select(); return Boolean(box); },
  "?": () => { dialog?.showModal(); return Boolean(dialog); },
  j: () => step(1),
  k: () => step(-1),
  o: () => { const link = document.activeElement?.closest("[data-hit]")?.querySelector("a"); link?.click(); return Boolean(link); },
  s: () => { const star = document.activeElement?.closest("[data-hit]")?.querySelector("[data-star]") ?? document.querySelector("main [data-star]"); star?.click(); return Boolean(star); },
};

document.addEventListener("keydown", (event) => {
  if (typed(event) || dialog?.open) return;
  const does = DOES[event.key];
  if (does?.()) event.preventDefault();
});
for (const button of document.querySelectorAll("[data-keys]")) {
  button.hidden = false;
  button.addEventListener("click", () => dialog?.showModal());
}
