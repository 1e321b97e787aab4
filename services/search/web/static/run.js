// Shows how far a run is; when it has ended the page is opened again, which then says how.
"use strict";
(() => {
  const run = document.getElementById("run");
  if (!run) return;
  async function look() {
    try {
      const answer = await fetch(`/api/dead/runs/${run.dataset.run}`);
      if (answer.status === 404) return location.reload();
      if (answer.ok) {
        const said = await answer.json();
        if (said.state !== "running") return location.reload();
        run.querySelector("progress").value = said.sent + said.left_out;
        document.getElementById("sent").textContent = `已送出 ${said.sent.toLocaleString("en")} 份，共 ${said.total.toLocaleString("en")} 份。`;
      }
    } catch { /* the next look tries again */ }
    setTimeout(look, 1000);
  }
  setTimeout(look, 500);
})();
