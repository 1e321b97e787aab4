// Suggestions below the search box, and a box to find a value in each long filter. Without this file the page works as it is.
// The combobox is the one of the ARIA Authoring Practices: the focus stays in the box, aria-activedescendant says what is chosen.

const WAIT = 120; // ms after the last key: who types fast asks once a word
const KEPT = 50; // answers that are kept, for who deletes and types again

/** Calls `ask` with the latest text once typing pauses; never while an input method is composing, where letters are no text yet. */
function whenTyped(box, ask) {
  let timer = 0;
  let composing = false;
  const later = () => {
    clearTimeout(timer);
    if (!composing) timer = setTimeout(ask, WAIT);
  };
  box.addEventListener("compositionstart", () => { composing = true; clearTimeout(timer); });
  box.addEventListener("compositionend", () => { composing = false; later(); });
  box.addEventListener("input", later);
  return () => clearTimeout(timer);
}

/** Fetches JSON; null for a question that a later one overtook, and for one that failed. */
function latest() {
  let last = 0;
  return async (path) => {
    const mine = ++last;
    try {
      const answer = await fetch(path, { headers: { Accept: "application/json" } });
      const found = answer.ok ? await answer.json() : null;
      return mine === last ? found : null;
    } catch {
      return null;
    }
  };
}

function made(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function suggest(box) {
  const list = made("ul", { id: "suggestions", class: "suggestions", role: "listbox", "aria-label": "输入提示", hidden: "" });
  const said = made("p", { class: "hidden", role: "status" });
  box.form.append(list, said);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id, spellcheck: "false",
  })) box.setAttribute(name, value);

  const get = latest();
  const kept = new Map();
  let shown = [];
  let active = -1;
  let completed = 0; // characters of the box that the list completes
  let turn = 0; // raised by whatever ends the wait for an answer

  const stop = whenTyped(box, async () => {
    const typed = box.value.slice(0, box.selectionStart ?? undefined);
    if (!typed.trim()) return close();
    const path = "/api/suggest?" + new URLSearchParams({ q: typed });
    const mine = ++turn;
    const answer = kept.get(path) ?? await get(path);
    if (mine !== turn) return;
    // The box may have been left or emptied meanwhile.
    if (!answer || document.activeElement !== box || typed !== box.value.slice(0, typed.length)) return;
    if (answer.complete) kept.set(path, answer);
    if (kept.size > KEPT) kept.delete(kept.keys().next().value);
    completed = typed.length;
    open(answer.suggestions);
  });

  function open(suggestions) {
    shown = suggestions;
    list.replaceChildren(...shown.map(option));
    mark(-1);
    list.hidden = !shown.length;
    box.setAttribute("aria-expanded", String(!list.hidden));
    said.textContent = shown.length ? `${shown.length} 条提示,用上下键选择` : "";
  }

  function close() {
    stop();
    turn++;
    open([]);
  }

  function option(one, at) {
    const label = made("span", { class: "label" });
    label.innerHTML = one.html; // escaped by the server but for <em>
    const note = made("span", { class: "note" }, one.note ?? "");
    const kind = made("span", { class: "kind" }, one.kind === "title" || one.kind === "query" ? one.kind_label : `${one.kind_label} ${one.count}`);
    const line = made("li", { id: `suggestion-${at}`, role: "option", "aria-selected": "false" }, label, note, kind);
    line.addEventListener("pointerdown", (event) => event.preventDefault()); // the focus stays in the box
    line.addEventListener("click", () => take(at));
    return line;
  }

  function mark(at) {
    list.children[active]?.setAttribute("aria-selected", "false");
    active = at;
    const line = list.children[at];
    line?.setAttribute("aria-selected", "true");
    line?.scrollIntoView({ block: "nearest" });
    if (line) box.setAttribute("aria-activedescendant", line.id);
    else box.removeAttribute("aria-activedescendant");
  }

  /** Puts a suggestion in the place of what it completes; what stands behind the cursor stays. */
  function take(at) {
    const one = shown[at];
    const rest = box.value.slice(completed).trimStart();
    box.value = one.query + rest;
    box.setSelectionRange(one.query.length, one.query.length);
    close();
    // A title or an earlier query is all that somebody wants; a name may be one of several terms.
    if (one.kind === "title" || one.kind === "query") box.form.requestSubmit();
  }

  box.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return;
    if (list.hidden) return;
    const count = shown.length;
    if (event.key === "ArrowDown") mark(active + 1 < count ? active + 1 : -1);
    else if (event.key === "ArrowUp") mark(active < 0 ? count - 1 : active - 1);
    else if (event.key === "Enter" && active >= 0) take(active);
    else if (event.key === "Escape") close();
    else if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) return close(); // the cursor goes elsewhere
    else return;
    event.preventDefault();
  });
  box.addEventListener("compositionstart", close);
  box.addEventListener("blur", close);
}

/** The parameters of the search that is shown, without the page's place: as the form's own fields say. */
function parameters(form) {
  const fields = new URLSearchParams();
  for (const field of form.elements) {
    if (field.name && field.defaultValue) fields.append(field.name, field.defaultValue);
  }
  return fields;
}

function find(facet, form) {
  const name = facet.dataset.facet;
  const label = facet.querySelector("h2").textContent;
  const box = made("input", { type: "search", class: "find", "aria-label": `在${label}中查找`, placeholder: "查找:汉字、拼音、首字母", autocomplete: "off" });
  const found = made("ul", { class: "found", hidden: "" });
  const said = made("p", { class: "hidden", role: "status" });
  const others = [...facet.children].filter((child) => child.matches("ul, details"));
  facet.querySelector("h2").after(box, found, said);
  const get = latest();

  whenTyped(box, async () => {
    const text = box.value.trim();
    const fields = parameters(form);
    fields.append("find", text);
    const answer = text ? await get(`/api/facets/${name}?${fields}`) : null;
    if (text && (!answer || text !== box.value.trim())) return;
    found.replaceChildren(...(answer?.values ?? []).map(link));
    if (answer && !answer.values.length) found.append(made("li", { class: "none" }, "没有符合的值"));
    found.hidden = !answer;
    for (const other of others) other.hidden = Boolean(answer);
    said.textContent = answer ? `${answer.values.length} 个值` : "";
  });

  function link(value) {
    const pairs = [...parameters(form)];
    const others = pairs.filter(([key, set]) => key !== name || set !== value.value);
    const fields = new URLSearchParams(value.selected ? others : [...pairs, [name, value.value]]);
    const anchor = made("a", { href: "/search?" + fields, rel: "nofollow" }, made("span", { class: "box", "aria-hidden": "true" }, value.selected ? "☑" : "☐"));
    anchor.append(made("span", { class: "name" }, value.label), made("span", { class: "count" }, String(value.count)));
    if (value.selected) anchor.className = "ticked";
    return made("li", {}, anchor);
  }
}

const box = document.querySelector("form.search input[name=q]");
if (box) {
  suggest(box);
  for (const facet of document.querySelectorAll(".facet[data-facet]")) {
    if (facet.querySelector(".more")) find(facet, box.form);
  }
}
