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
    // What is open stays open, and whoever stands on a link stays there.
    const open = new Map([...live.querySelectorAll("details")].map((one) => [one.className, one.open]));
    const links = [...live.querySelectorAll("a, summary")];
    const at = links.indexOf(document.activeElement);
    live.innerHTML = html;
    live.querySelectorAll("details").forEach((one) => { one.open = open.get(one.className) ?? false; });
    if (at >= 0) live.querySelectorAll("a, summary")[at]?.focus({ preventScroll: true });
  }
  // Only while the page is seen: browsers open six connections to a server, over all tabs.
  let events = null;
  function follow() {
    events?.close();
    events = null;
    if (document.hidden) return;
    events = new EventSource("/api/health/stream");
    events.addEventListener("report", renew);
  }
  document.addEventListener("visibilitychange", follow);
  window.addEventListener("pagehide", () => events?.close());
  window.addEventListener("pageshow", (event) => { if (event.persisted) follow(); });
  follow();
})();
