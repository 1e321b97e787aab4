// 送入 with several files: dropped or chosen, each previewed one after the other, in a list that says what became of each.
// Without this file the page works with one file at a time. Nothing is published before a press of 发布 or 全部发布.

const MOST = 8 * 1024 * 1024; // bytes of a digest, as ingest takes them
const LOOKS = 60; // times that a published digest's state is asked for, a second apart

function made(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const form = document.querySelector("form.feeding");
if (form) enhance(form);

function enhance(form) {
  const input = form.elements.file;
  const text = form.elements.text;
  const drop = form.querySelector(".drop");
  const list = made("ol", { class: "feeds", "aria-label": "送入的文件" });
  const all = made("button", { type: "button", class: "all", hidden: "" }, "全部发布");
  const said = made("p", { class: "hint", role: "status" });
  form.after(made("div", { class: "acts" }, all, said), list);
  input.multiple = true;
  drop.classList.add("live");
  drop.append(made("p", { class: "hint" }, "也可以把一个或多个文件拖到这里。"));

  const kept = [...input.files];
  const waiting = [];
  const entries = [];
  let busy = false;

  try {
    form.elements.source.value ||= localStorage.getItem("feed-source") ?? "";
  } catch {
    // Storage may be forbidden; the field is then empty.
  }

  for (const type of ["dragenter", "dragover"]) {
    document.addEventListener(type, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) drop.classList.remove("over"); });
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    drop.classList.remove("over");
    take([...event.dataTransfer.files]);
  });
  input.addEventListener("change", () => take([...input.files]));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const pasted = text.value.trim() !== "";
    add([...kept, ...(pasted ? [new File([text.value], "", { type: "" })] : [])], { pasted });
  });
  all.addEventListener("click", () => {
    for (const entry of entries) if (entry.state === "ready") enqueue(entry, () => publish(entry, entry.body.querySelector("form")));
  });

  window.addEventListener("beforeunload", (event) => {
    if (entries.some((one) => one.state === "waiting" || undecided(one))) event.preventDefault();
  });

  /** Files that are dropped or chosen before the source is filled in wait in the field. */
  function take(files) {
    kept.push(...files);
    if (form.elements.source.value.trim()) return add([...kept]);
    const transfer = new DataTransfer();
    for (const file of kept) transfer.items.add(file);
    input.files = transfer.files;
    if (kept.length) form.reportValidity();
  }

  function add(files, { pasted = false } = {}) {
    if (!form.reportValidity()) return;
    if (!files.length) {
      said.textContent = "请选择文件，或粘贴文字。";
      return;
    }
    try {
      localStorage.setItem("feed-source", form.elements.source.value.trim());
    } catch {
      // As above.
    }
    for (const file of files) {
      const entry = { file, state: "waiting", body: made("div"), label: made("span", { class: "became" }) };
      const fields = new FormData(form);
      fields.delete("file");
      fields.delete("text");
      if (files.length > 1) for (const one of ["title", "published_on"]) fields.delete(one); // they are of one digest
      const name = file.name || "粘贴的文字";
      const summary = made("summary", {}, made("span", { class: "name" }, name), entry.label);
      entry.details = made("details", {}, summary, entry.body);
      entry.details.open = files.length === 1;
      entry.again = made("button", { type: "button", class: "second", hidden: "" }, "重试");
      entry.discard = made("button", { type: "button", class: "quiet", "aria-label": `放弃 ${name}` }, "放弃");
      entry.line = made("li", {}, entry.details, made("div", { class: "acts" }, entry.again, entry.discard));
      entry.again.addEventListener("click", () => enqueue(entry, () => preview(entry, fields)));
      entry.discard.addEventListener("click", () => discard(entry));
      list.append(entry.line);
      entries.push(entry);
      set(entry, "waiting", "等待预览");
      if (file.size > MOST) set(entry, "failed", "太大：一份最多 8 MiB");
      else enqueue(entry, () => preview(entry, fields));
    }
    kept.length = 0;
    input.value = "";
    if (pasted) text.value = "";
    if (files.length === 1) for (const name of ["title", "published_on"]) form.elements[name].value = "";
  }

  async function enqueue(entry, work) {
    waiting.push(() => (entries.includes(entry) ? work() : null)); // it may be discarded while it waits
    if (busy) return;
    busy = true;
    while (waiting.length) await waiting.shift()();
    busy = false;
  }

  function discard(entry) {
    const next = entry.line.nextElementSibling ?? entry.line.previousElementSibling;
    (next?.querySelector("summary") ?? form.elements.source).focus();
    entries.splice(entries.indexOf(entry), 1);
    entry.line.remove();
    count();
  }

  /** Whether somebody has yet to publish it, try it again or discard it. */
  function undecided(entry) {
    const open = entry.lost || entry.body.querySelector("form") !== null;
    return ["ready", "held"].includes(entry.state) || (entry.state === "failed" && open);
  }

  /** `lost`: neither a preview nor a reason against it came. */
  function set(entry, state, words, { lost = false } = {}) {
    entry.state = state;
    entry.lost = lost;
    entry.label.textContent = words;
    entry.label.dataset.state = state;
    entry.again.hidden = !lost || entry.body.querySelector("form") !== null;
    entry.discard.hidden = state === "published";
    count();
  }

  function count() {
    const ready = entries.filter((one) => one.state === "ready").length;
    all.hidden = ready < 2;
    all.textContent = `全部发布（${ready} 份）`;
    const left = entries.filter((one) => one.state === "waiting").length;
    const published = entries.filter((one) => one.state === "published").length;
    steps(entries.some(undecided) ? 2 : published && !left ? 3 : 1);
    said.textContent = entries.length > 1 ? `共 ${entries.length} 份，待处理 ${left} 份，已发布 ${published} 份。` : "";
  }

  function steps(now) {
    document.querySelectorAll(".steps li").forEach((step, at) => {
      if (at + 1 === now) step.setAttribute("aria-current", "step");
      else step.removeAttribute("aria-current");
    });
  }

  /** Posts the fields with the file; the part of a page that is the answer, or null with the reason shown. */
  async function post(entry, path, fields) {
    try {
      await entry.file.slice(0, 1).arrayBuffer();
    } catch {
      set(entry, "failed", "读不了；文件夹请打开后选择其中的文件", { lost: true });
      return null;
    }
    fields.set("file", entry.file, entry.file.name || "");
    try {
      const send = () => fetch(`${path}?part=1`, { method: "POST", body: fields });
      let answer = await send();
      const token = answer.headers.get("X-Token");
      if (token) { // search was started again: nothing was done, and this one is good
        for (const field of document.querySelectorAll("input[name=token]")) field.value = token;
        fields.set("token", token);
        answer = await send();
      }
      if (answer.headers.get("X-Part")) return { ok: answer.ok, html: await answer.text() };
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const told = page.querySelector("main h1, main .notice")?.textContent.trim();
      set(entry, "failed", told || `没有成功（${answer.status}）`, { lost: true });
    } catch {
      set(entry, "failed", "网络中断，没有成功；请再试一次", { lost: true });
    }
    return null;
  }

  function put(entry, html) {
    const holder = document.createElement("template");
    holder.innerHTML = html; // escaped by our own server, and no script in it runs under our policy
    for (const link of holder.content.querySelectorAll("a")) { // the other previews stay where they are
      link.target = "_blank";
      link.rel = "noopener";
    }
    entry.body.replaceChildren(holder.content);
    const edit = entry.body.querySelector("form");
    edit?.addEventListener("submit", (event) => {
      event.preventDefault();
      const again = event.submitter?.getAttribute("formaction");
      enqueue(entry, () => (again ? preview(entry, new FormData(edit)) : publish(entry, edit)));
    });
    return edit;
  }

  async function preview(entry, fields) {
    set(entry, "waiting", "预览中…");
    const answer = await post(entry, "/feed/preview", fields);
    if (!answer) return;
    const edit = put(entry, answer.html);
    const found = entry.body.querySelector(".previewed");
    if (!found) {
      entry.details.open = true;
      set(entry, "failed", edit ? "没有预览" : "不能送入");
      return;
    }
    const { items, warnings, again, held } = found.dataset;
    if (held) entry.details.open = true;
    set(entry, held ? "held" : "ready", held ? "看起来不是简报" : `${items} 条${Number(warnings) ? `，${warnings} 个提醒` : ""}${again ? "，以前送入过" : ""}`);
  }

  async function publish(entry, edit) {
    const fields = new FormData(edit);
    set(entry, "waiting", "发布中…");
    entry.discard.hidden = true;
    for (const button of edit.querySelectorAll("button")) button.disabled = true;
    const answer = await post(entry, "/feed/publish", fields);
    if (!answer) {
      for (const button of edit.querySelectorAll("button")) button.disabled = false;
      return;
    }
    put(entry, answer.html);
    const done = entry.body.querySelector(".fed");
    if (!done) {
      entry.details.open = true;
      set(entry, "failed", "没有发布");
      return;
    }
    set(entry, "published", done.dataset.again ? "以前送入过" : "已发布");
    follow(entry, done); // the next file need not wait for this one to be searchable
  }

  async function follow(entry, done) {
    const { digest, revision } = done.dataset;
    for (let look = 0; look < LOOKS; look++) {
      const answer = await fetch(`/feed/done?${new URLSearchParams({ digest_id: digest, revision, part: "1" })}`).catch(() => null);
      const part = answer?.headers.get("X-Part") ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
      const now = part?.querySelector(".state");
      if (now) {
        done.querySelector(".state").replaceWith(now);
        entry.label.textContent = `${done.dataset.again ? "以前送入过" : "已发布"} · ${now.textContent}`;
        if (now.dataset.state && now.dataset.state !== "waiting") return;
      }
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}
