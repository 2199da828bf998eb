// Moving lines of an order by dragging, and by Alt with the arrow keys. Every move is a form that is there anyway.
"use strict";
(() => {
  let dragged = null;
  let waiting = null; // keys pressed while a move is under way; null while none is
  const row = (target) => (target instanceof Element ? target.closest("[data-order-row]") : null);

  function clear() {
    const marked = document.querySelectorAll(".drop-here, .drop-after");
    marked.forEach((each) => each.classList.remove("drop-here", "drop-after"));
  }

  function move(line, to) {
    const form = line.querySelector("[data-order-form]");
    if (!form) return;
    form.querySelector("[data-order-to]").value = to;
    form.requestSubmit();
  }

  document.addEventListener("dragstart", (event) => {
    const line = row(event.target);
    if (!line || !line.draggable) return;
    dragged = line;
    line.classList.add("dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", line.dataset.orderRow);
  });

  document.addEventListener("dragover", (event) => {
    const line = row(event.target);
    if (!dragged || !line || !line.dataset.place) return;
    event.preventDefault();
    clear();
    // Moved down, it comes to stand after the line that it is dropped on; else before it.
    const down = dragged.dataset.place && Number(dragged.dataset.place) < Number(line.dataset.place);
    line.classList.add(down ? "drop-after" : "drop-here");
  });

  document.addEventListener("drop", (event) => {
    const line = row(event.target);
    if (!dragged || !line || !line.dataset.place) return;
    event.preventDefault();
    if (line !== dragged) move(dragged, line.dataset.place);
  });

  document.addEventListener("dragend", () => {
    clear();
    if (dragged) dragged.classList.remove("dragged");
    dragged = null;
  });

  document.addEventListener("keydown", (event) => {
    const line = row(event.target);
    // Between the old list and the new one the keyboard is nowhere: what is pressed then counts too.
    const between = waiting && event.target === document.body;
    if (!event.altKey || !(line || between) || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    if (waiting) waiting.push(event.key);
    else press(line, event.key, []);
  });

  function press(line, key, next) {
    const button = line.querySelector(key === "ArrowUp" ? "[data-order-up]" : "[data-order-down]");
    if (!button || button.disabled) return;
    waiting = next;
    button.click();
  }

  ["htmx:sendError", "htmx:responseError", "htmx:timeout"].forEach((name) =>
    document.addEventListener(name, () => {
      waiting = null;
    }),
  );

  // The list is drawn anew after a move: the keyboard goes on where it was, once the new forms are alive.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target?.id !== "order") return;
    const order = document.querySelector("[data-order][data-moved]");
    if (!order) {
      waiting = null;
      return;
    }
    const line = order.querySelector(`[data-order-row="${CSS.escape(order.dataset.moved)}"]`);
    const control = line && line.querySelector("a");
    if (control) control.focus();
    const [key, ...next] = waiting ?? [];
    waiting = null;
    if (line && key) press(line, key, next);
  });
})();
