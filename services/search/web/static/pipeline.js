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
  function replace(html) {
    // What is open stays open, and whoever stands on a link stays there.
    const open = [...live.querySelectorAll("details")].map((one) => one.open);
    const links = [...live.querySelectorAll("a, summary")];
    const at = links.indexOf(document.activeElement);
    live.innerHTML = html;
    live.querySelectorAll("details").forEach((one, number) => { one.open = open[number] ?? false; });
    if (at >= 0) live.querySelectorAll("a, summary")[at]?.focus({ preventScroll: true });
  }
  const events = new EventSource("/api/health/stream");
  events.addEventListener("report", renew);
})();
