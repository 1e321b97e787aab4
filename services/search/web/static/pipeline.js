// Replaces what is shown when there is news; without it the page stays as it was opened.
"use strict";
(() => {
  const live = document.getElementById("live");
  if (!live || !window.EventSource) return;
  let busy = false;
  let again = false;
  async function renew() {
    if (busy) { again = true; return; }
    busy = true;
    try {
      const answer = await fetch("/pipeline/live", { headers: { Accept: "text/html" } });
      if (answer.ok) replace(await answer.text());
    } catch { /* the next event tries again */ }
    busy = false;
    if (again) { again = false; renew(); }
  }
  // Whoever marks a command or an id to copy it keeps the mark: the page is renewed afterwards.
  function marking() {
    const marked = window.getSelection();
    return marked && !marked.isCollapsed && live.contains(marked.anchorNode);
  }
  function replace(html) {
    if (marking()) return;
    // What is open stays open, what was scrolled stays there, and whoever stands on a link stays on it though others came above it.
    const open = new Map(kept("details").map(([one, name]) => [name, one.open]));
    const left = new Map(kept(".scroll").map(([one, name]) => [name, one.scrollLeft]));
    const at = kept(STANDS).find(([one]) => one === document.activeElement)?.[1];
    live.innerHTML = html;
    for (const [one, name] of kept("details")) one.open = open.get(name) ?? false;
    for (const [one, name] of kept(".scroll")) one.scrollLeft = left.get(name) ?? 0;
    if (at) kept(STANDS).find(([, name]) => name === at)?.[0].focus({ preventScroll: true });
    tell();
  }
  const STANDS = "a, summary, [tabindex]";
  // Each element with a name that it has again when the page is renewed: what it leads to, and which of those it is.
  function kept(selector) {
    const times = new Map();
    return [...live.querySelectorAll(selector)].map((one) => {
      const keep = one.closest("[data-keep]")?.dataset.keep;
      const said = keep ?? one.getAttribute("href") ?? one.getAttribute("aria-label") ?? one.textContent;
      times.set(said, (times.get(said) ?? 0) + 1);
      return [one, `${said} ${times.get(said)}`];
    });
  }
  // Who listens is told what is wrong once, and not every two seconds.
  function tell() {
    const told = document.getElementById("told");
    const words = [...live.querySelectorAll(".verdict h2, .verdict .well")].map((one) => one.textContent.trim()).join(" ");
    if (told && told.textContent !== words) told.textContent = words;
  }
  // Only while the page is seen: browsers open six connections to a server, over all tabs.
  let events = null;
  let later = 0;
  let heard = 0;
  // Every two seconds there is a report: a service that hangs keeps the connection and says nothing.
  const QUIET_MS = 15_000;
  setInterval(() => { if (events && Date.now() - heard > QUIET_MS) cut(true); }, 1000);
  function follow() {
    clearTimeout(later);
    events?.close();
    events = null;
    if (document.hidden) return;
    events = new EventSource("/api/health/stream");
    heard = Date.now();
    events.addEventListener("report", () => { heard = Date.now(); cut(false); renew(); });
    events.addEventListener("error", () => {
      cut(true);
      // After an answer that is no stream the browser does not connect again by itself.
      if (events?.readyState === EventSource.CLOSED) later = setTimeout(follow, 10_000);
    });
  }
  function cut(is) {
    document.getElementById("cut").hidden = !is;
  }
  document.addEventListener("visibilitychange", follow);
  window.addEventListener("pagehide", () => { clearTimeout(later); events?.close(); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) follow(); });
  follow();
})();
