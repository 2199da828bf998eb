/* Ombud: the agenda can be put in order by mouse and by arrow keys. Without scripts the buttons "Up", "Down" and
   "Move to" do the same; this presses the same form. */
(function () {
  "use strict";

  const agenda = () => document.querySelector("[data-agenda]");
  const lines = () => Array.from(agenda().querySelectorAll(":scope > li"));
  /* The line's place on the whole agenda, 1 first: `before` lines stand on the pages before. */
  const placeOf = (line) => Number(agenda().dataset.before) + lines().indexOf(line) + 1;
  let held = null;
  let moving = Promise.resolve();

  function say(text) {
    const live = document.getElementById("agenda-news");
    if (live) live.textContent = text;
  }

  /* Sends the line to its place and shows the agenda as the server has it then, with its new times. */
  async function place(line, to) {
    const form = line.querySelector("form[data-move]");
    const data = new FormData(form);
    data.set("to", String(to));
    const id = line.id;
    agenda().setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.action, { method: "POST", body: data, credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-agenda]");
      if (!fresh) throw new Error("no agenda");
      agenda().replaceChildren(...fresh.children);
      Object.assign(agenda().dataset, fresh.dataset);
      if (new URL(answer.url).search !== location.search) history.replaceState(null, "", answer.url);
      ready();
      const told = page.querySelectorAll("#toasts > *");
      if (told.length) document.getElementById("toasts").append(...told);
      const moved = document.getElementById(id);
      if (!moved) return;
      moved.querySelector(".grip")?.focus();
      say("Item is now number " + placeOf(moved) + " of " + agenda().dataset.total + ".");
    } catch (error) {
      say("The item could not be moved. Load the page again, then try once more.");
      location.reload();
    } finally {
      agenda().removeAttribute("aria-busy");
    }
  }

  /* Keys pressed while a move is under way wait for it, so that two presses move by two. */
  function stepBy(id, step) {
    moving = moving.then(() => {
      const line = document.getElementById(id);
      const to = line ? placeOf(line) + step : 0;
      return to >= 1 && to <= Number(agenda().dataset.total) ? place(line, to) : null;
    });
  }

  const clear = () => lines().forEach((line) => line.classList.remove("over", "below", "held"));

  function below(line, event) {
    const box = line.getBoundingClientRect();
    return event.clientY > box.top + box.height / 2;
  }

  function ready() {
    lines().forEach((line) => {
      const grip = line.querySelector(".grip");
      if (!grip) return;
      grip.hidden = false;
      grip.draggable = true;
      grip.addEventListener("dragstart", (event) => {
        held = line;
        line.classList.add("held");
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", line.id);
        event.dataTransfer.setDragImage(line, 20, 20);
      });
      grip.addEventListener("dragend", () => { held = null; clear(); });
      grip.addEventListener("keydown", (event) => {
        const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
        if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        stepBy(line.id, step);
      });
    });
  }

  document.addEventListener("dragover", (event) => {
    const over = held && event.target instanceof Element && event.target.closest("[data-agenda] > li");
    if (!over) return;
    event.preventDefault();
    lines().forEach((line) => line.classList.remove("over", "below"));
    over.classList.add("over");
    over.classList.toggle("below", below(over, event));
  });

  document.addEventListener("drop", (event) => {
    const over = held && event.target instanceof Element && event.target.closest("[data-agenda] > li");
    if (!over) return;
    event.preventDefault();
    const line = held;
    const rest = lines().filter((each) => each !== line);
    const to = Number(agenda().dataset.before) + rest.indexOf(over) + 1 + (below(over, event) ? 1 : 0);
    clear();
    held = null;
    if (over !== line) moving = moving.then(() => place(document.getElementById(line.id) || line, to));
  });

  if (agenda()) ready();
})();
