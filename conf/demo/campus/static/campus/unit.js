/* Inside the unit's frame: marks what was read, sends answers, tells the player how tall the unit is. */
(function () {
  "use strict";
  const unit = document.getElementById("seq_content");
  const { course, username, csrf, completionUrl } = unit.dataset;
  const recorded = unit.dataset.recorded === "true";
  const LOST = "That did not arrive. Try again.";

  function tell(message) {
    if (window.parent !== window) window.parent.postMessage(message, window.location.origin);
  }

  async function post(url, body) {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrf },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }

  function completed() {
    tell({ type: "campus.completed" });
  }

  function completeWhenSeen(block) {
    let timer = 0;
    const eye = new IntersectionObserver((entries) => {
      window.clearTimeout(timer);
      if (!entries[entries.length - 1].isIntersecting) return;
      timer = window.setTimeout(() => {
        eye.disconnect();
        post(completionUrl, { username, course_key: course, blocks: { [block.dataset.usageId]: 1.0 } })
          .then(completed)
          .catch(() => eye.observe(block));
      }, Number(block.dataset.markCompletedOnViewAfterDelay));
    });
    eye.observe(block);
  }

  function statusOf(place) {
    let line = place.querySelector("[role=status]");
    if (!line) {
      line = document.createElement("p");
      line.setAttribute("role", "status");
      place.append(line);
    }
    return line;
  }

  function act(place, body, inWords) {
    const line = statusOf(place);
    post(place.dataset.handlerUrl, body)
      .then((said) => {
        line.textContent = recorded ? inWords(said) : "You only look: nothing is recorded.";
        if (recorded) completed();
      })
      .catch(() => { line.textContent = LOST; });
  }

  function judged(place, said) {
    const used = place.querySelector(".submission-feedback");
    const left = said.max_attempts === null ? Infinity : said.max_attempts - said.attempts;
    if (said.max_attempts !== null) used.textContent = said.attempts + " of " + said.max_attempts + " attempts used.";
    place.querySelector("button").disabled = left <= 0;
    if (!said.success) return "All attempts are used up.";
    return said.correct ? "Right." : left > 0 ? "Not right. Try again." : "Not right, and all attempts are used up.";
  }

  for (const block of document.querySelectorAll("[data-mark-completed-on-view-after-delay]")) {
    if (recorded) completeWhenSeen(block);
  }
  for (const problem of document.querySelectorAll("form.problem")) {
    problem.addEventListener("submit", (event) => {
      event.preventDefault();
      const chosen = problem.querySelector("input:checked");
      if (chosen) act(problem, { answer: chosen.value }, (said) => judged(problem, said));
      else statusOf(problem).textContent = "Choose an answer first.";
    });
  }
  for (const video of document.querySelectorAll(".video")) {
    video.querySelector("button").addEventListener("click", () => act(video, { completion: 1.0 }, () => "Watched to the end."));
  }
  for (const box of document.querySelectorAll(".done")) {
    const button = box.querySelector("button");
    button.addEventListener("click", () => {
      const done = button.getAttribute("aria-pressed") !== "true";
      act(box, { done }, (said) => {
        button.setAttribute("aria-pressed", String(said.state));
        return said.state ? "Ticked." : "Not ticked.";
      });
    });
  }

  const tallness = () => tell({ type: "plugin.resize", payload: { height: document.documentElement.offsetHeight } });
  new ResizeObserver(tallness).observe(document.documentElement);
  tallness();
})();
