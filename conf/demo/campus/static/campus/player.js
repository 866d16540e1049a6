/* Around the unit's frame: fits its height and refreshes the ticks when something was completed.
   The slots stand where the learning front end has its own; a plugin's script fills them. */
(function () {
  "use strict";
  const player = document.getElementById("player");
  const frame = document.getElementById("unit-iframe");
  const status = document.getElementById("player-status");

  async function refreshTicks() {
    const answer = await fetch(player.dataset.navigation, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const { blocks } = await answer.json();
    for (const link of document.querySelectorAll("#outline-sidebar-outline a[data-unit]")) {
      const unit = blocks[link.dataset.unit];
      const tick = link.querySelector(".tick");
      if (!unit || !unit.complete || tick.classList.contains("done")) continue;
      tick.classList.add("done");
      link.querySelector(".state").textContent = ", completed";
      status.textContent = unit.display_name + ": completed";
    }
    if (window.MandatoryAssignments) window.MandatoryAssignments.refresh();
  }

  if (window.MandatoryAssignments) {
    for (const slot of document.querySelectorAll("[data-slot]")) {
      const place = { surface: slot.dataset.slot, courseId: player.dataset.course, unitId: player.dataset.unit };
      window.MandatoryAssignments.mount(slot, place);
    }
  }

  window.addEventListener("message", (event) => {
    if (event.origin !== window.location.origin || event.source !== frame.contentWindow) return;
    if (event.data.type === "plugin.resize") frame.style.height = event.data.payload.height + 2 + "px";
    if (event.data.type === "campus.completed") refreshTicks();
  });
})();
