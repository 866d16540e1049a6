/* Inside the unit's frame: marks what was read, sends answers, tells the player how tall the unit is. */
(function () {
  "use strict";
  const page = document.getElementById("seq_content");
  const { course, username, csrf, completionUrl } = page.dataset;
  const recorded = page.dataset.recorded === "true";
  const done = new Set(page.dataset.done.split(" ").filter(Boolean));

  function tell(message) {
    if (window.parent !== window) window.parent.postMessage(message, window.location.origin);
  }

  async function post(url, body) {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrf },
      body: JSON.stringify(body),
    });
    const said = await answer.json().catch(() => ({}));
    return { ok: answer.ok, detail: said.detail || "", done: said.done };
  }

  function finished(key) {
    done.add(key);
    tell({ type: "campus.completed" });
  }

  function readWhenSeen(block) {
    const key = block.dataset.usageId;
    let timer = 0;
    const seen = new IntersectionObserver((entries) => {
      window.clearTimeout(timer);
      if (!entries[entries.length - 1].isIntersecting || document.visibilityState !== "visible") return;
      timer = window.setTimeout(async () => {
        seen.disconnect();
        const said = await post(completionUrl, { username, course_key: course, blocks: { [key]: 1.0 } });
        if (said.ok) finished(key);
      }, Number(page.dataset.delay));
    });
    seen.observe(block);
  }

  function sayIn(block, text) {
    const place = block.querySelector("[role=status]");
    if (place) place.textContent = text;
  }

  function submit(block, form, submitter) {
    const body = Object.fromEntries(new FormData(form));
    submitter.disabled = true;
    post(form.getAttribute("action"), body)
      .then((said) => {
        sayIn(block, said.detail);
        if (said.done) finished(block.dataset.usageId);
      })
      .catch(() => sayIn(block, "That did not arrive. Try again."))
      .finally(() => { submitter.disabled = false; });
  }

  for (const block of document.querySelectorAll("[data-usage-id]")) {
    if (recorded && block.hasAttribute("data-completable-by-viewing") && !done.has(block.dataset.usageId)) readWhenSeen(block);
    for (const form of block.querySelectorAll("form[data-handler]")) {
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        submit(block, form, event.submitter || form.querySelector("button"));
      });
    }
  }

  const tallness = () => tell({ type: "plugin.resize", payload: { height: document.documentElement.offsetHeight } });
  new ResizeObserver(tallness).observe(document.documentElement);
  tallness();
})();
