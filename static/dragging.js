// While a line is dragged near the upper or lower edge of the window the page moves along, so that its new place need
// not be on the screen when the drag begins.
"use strict";
(() => {
  const EDGE = 96; // pixels from an edge within which the page moves
  const MOST = 24; // pixels a frame at the edge itself
  let at = null; // where the pointer is, from the top of the window; null while nothing is dragged
  let moving = false;

  function step() {
    const above = EDGE - at;
    const below = at - (window.innerHeight - EDGE);
    const near = Math.max(above, below);
    moving = at !== null && near > 0;
    if (!moving) return;
    const by = Math.ceil((Math.min(near, EDGE) / EDGE) * MOST);
    window.scrollBy({ top: above > 0 ? -by : by, behavior: "instant" });
    requestAnimationFrame(step);
  }

  function stop() {
    at = null;
    document.documentElement.removeAttribute("data-dragging");
  }

  document.addEventListener("dragstart", (event) => {
    if (!(event.target instanceof Element) || !event.target.closest("[draggable='true']")) return;
    at = event.clientY;
    // Not at once: a browser that sees the page change as a drag begins gives the drag up.
    setTimeout(() => at !== null && document.documentElement.setAttribute("data-dragging", ""));
  });

  document.addEventListener("dragover", (event) => {
    if (at === null) return;
    at = event.clientY;
    if (!moving) step();
  });

  ["drop", "dragend"].forEach((name) => document.addEventListener(name, stop));
})();
