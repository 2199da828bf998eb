/* Ombud's board room: decisions that survive a lost connection, and what others in the room do meanwhile.
   Without it the room works by plain forms and links. What is typed is kept in this browser, under this person and this
   item, until it is recorded; a decision that could not be sent is sent again with its own token, so that it counts
   once however often it arrives. */
(function () {
  "use strict";

  const POLL = 3000;
  const WAIT = 20000;
  const RETRY = 3000;
  const KEEP = 24 * 3600 * 1000;
  const SECRET = ["csrfmiddlewaretoken"];
  const FIXED = ["csrfmiddlewaretoken", "submission", "version", "seen"];

  const $ = (selector, root) => (root || document).querySelector(selector);
  const $$ = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const room = () => $("[data-room]");
  const form = () => $("#decide");
  const clock = (time) => new Date(time).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

  /* --- what is kept in the browser ----------------------------------------------------------------------------- */

  const PREFIX = "ombud-room:";
  const key = (item) => PREFIX + room().dataset.person + ":" + (item || room().dataset.item);

  function read(name) {
    try {
      return JSON.parse(localStorage.getItem(name));
    } catch (error) {
      return null;
    }
  }

  function write(value) {
    try {
      localStorage.setItem(key(), JSON.stringify(value));
      return true;
    } catch (error) {
      return false;
    }
  }

  const forget = (name) => { try { localStorage.removeItem(name || key()); } catch (error) { /* nothing is kept then */ } };

  // What somebody else typed at this browser, or a day ago, is not shown to whoever sits there now.
  function tidy() {
    Object.keys(localStorage).filter((name) => name.startsWith(PREFIX)).forEach((name) => {
      const kept = read(name);
      const own = name.startsWith(PREFIX + room().dataset.person + ":");
      if (!own || !kept || Date.now() - kept.at > KEEP) forget(name);
    });
  }

  const entries = () => Array.from(new FormData(form())).filter(([name]) => !SECRET.includes(name));
  const boxes = () => $$("input[type=checkbox]", form()).map((box) => [box.id, box.checked]);
  let atFirst = "";
  const state = () => JSON.stringify([entries().filter(([name]) => !FIXED.includes(name)), boxes()]);
  const isTouched = () => Boolean(form()) && state() !== atFirst;

  function keep(sending) {
    if (!form()) return;
    write({ at: Date.now(), sending: Boolean(sending), entries: entries(), boxes: boxes() });
  }

  function fill(kept) {
    const own = form();
    $$("input[type=radio]", own).forEach((radio) => { radio.checked = kept.entries.some(([name, value]) => name === radio.name && value === radio.value); });
    kept.boxes.forEach(([id, checked]) => { const box = document.getElementById(id); if (box) box.checked = checked; });
    kept.entries.forEach(([name, value]) => {
      const field = own.elements.namedItem(name);
      if (field instanceof Element && !/^(radio|checkbox)$/.test(field.type) && !FIXED.includes(name)) field.value = value;
    });
    if (kept.sending) {
      ["submission", "version", "seen"].forEach((name) => {
        const found = kept.entries.find((entry) => entry[0] === name);
        if (found) own.elements.namedItem(name).value = found[1];
      });
    }
  }

  function box(holder, mark, text, actions) {
    const made = document.createElement("div");
    made.className = "news";
    const head = document.createElement("strong");
    head.textContent = mark;
    const words = document.createElement("p");
    words.textContent = text;
    made.append(head, words);
    (actions || []).forEach(([label, act]) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: label });
      button.addEventListener("click", act);
      made.append(button);
    });
    holder.replaceChildren(made);
    return made;
  }

  const unsent = () => $("#room-unsent");

  function bringBack() {
    const kept = read(key());
    if (!kept) return;
    if (!form()) {
      // Decided: by this form, whose answer was lost, or by somebody else.
      const sent = (kept.entries.find(([name]) => name === "submission") || [])[1];
      const reason = (kept.entries.find(([name]) => name === "reason" || name === "outcome") || [])[1];
      const same = room().dataset.recorded === sent || (reason || "").trim() === room().dataset.words;
      if (room().dataset.recorded && !same && reason) {
        box(unsent(), "Not recorded", "What you had typed here: " + reason, [["Clear it", () => { forget(); unsent().replaceChildren(); }]]);
      } else if (room().dataset.recorded) {
        forget();
      }
      return;
    }
    if ($(".errors", room())) return;
    fill(kept);
    if (kept.sending) {
      send();
    } else if (isTouched()) {
      box(unsent(), "Kept", "What was typed here at " + clock(kept.at) + " is shown again. It is not recorded yet.", [["Clear it", () => { forget(); window.location.reload(); }]]);
    }
  }

  function otherUnsent() {
    const own = PREFIX + room().dataset.person + ":";
    const other = Object.keys(localStorage).find((name) => name.startsWith(own) && name !== key() && (read(name) || {}).sending);
    if (!other || unsent().childElementCount) return;
    const item = other.slice(own.length);
    box(unsent(), "Not recorded yet", "A decision on another item was not recorded, because the connection was lost. It is kept in this browser.",
      [["Go there and record it", () => { window.location.assign("?item=" + encodeURIComponent(item)); }], ["Forget it", () => { forget(other); unsent().replaceChildren(); }]]);
  }

  /* --- recording ----------------------------------------------------------------------------------------------- */

  let sending = 0;
  let timer = 0;

  function frozen(is) {
    // What is on its way must not change on the screen, or something else would be recorded than what stands there.
    $$(".room-main > section, .needs, .foot-reason", form()).forEach((part) => { part.inert = is; });
    const button = $("[data-record]");
    if (!button) return;
    const label = $("span", button);
    if (is && !button.dataset.label) button.dataset.label = label.textContent;
    label.textContent = is ? "Recording…" : button.dataset.label || label.textContent;
    button.setAttribute("aria-disabled", String(is));
  }

  function notYet(why) {
    const label = $("[data-record] span");
    if (label) label.textContent = "Not recorded yet";
    unsent().inert = false;
    box(foot(), "Not recorded yet.", why, [["Try now", () => { clearTimeout(timer); send(); }], ["Change it first", letGo]]);
  }

  // The message stands where the button is, above everything that is frozen.
  function foot() {
    let holder = $("#room-not-yet");
    if (!holder) {
      holder = Object.assign(document.createElement("div"), { id: "room-not-yet" });
      holder.setAttribute("role", "alert");
      $("#room-foot").prepend(holder);
    }
    return holder;
  }

  function settled() {
    clearTimeout(timer);
    sending = 0;
    const holder = $("#room-not-yet");
    if (holder) holder.remove();
    if (form()) frozen(false);
  }

  function letGo() {
    // What was sent may have arrived: a new token makes sure that the changed decision is another one, and refused then.
    settled();
    form().elements.namedItem("submission").value = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    keep(false);
  }

  // Who signed in again has another token than this page: the page as it is now has the one that counts.
  async function renewed() {
    const answer = await fetch(window.location.pathname + "?item=" + room().dataset.item, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const there = $("[data-room]", page);
    if (!there || there.dataset.person !== room().dataset.person) return false;
    const headers = page.body.getAttribute("hx-headers");
    document.body.setAttribute("hx-headers", headers);
    $$("[name=csrfmiddlewaretoken]").forEach((field) => { field.value = JSON.parse(headers)["X-CSRFToken"]; });
    return true;
  }

  async function send(again) {
    const own = form();
    if (!own || sending === 2) return;
    sending = 2;
    keep(true);
    frozen(true);
    const stop = new AbortController();
    const limit = setTimeout(() => stop.abort(), WAIT);
    try {
      const answer = await fetch(own.action, { method: "POST", body: new FormData(own), headers: { "X-Room": "1" }, signal: stop.signal, credentials: "same-origin" });
      clearTimeout(limit);
      await received(answer, again === true);
    } catch (error) {
      clearTimeout(limit);
      later("Ombud cannot be reached. What the board decided is kept in this browser and sent again by itself; it counts once.");
    }
  }

  function later(why) {
    sending = 1;
    notYet(why);
    clearTimeout(timer);
    timer = setTimeout(() => send(), RETRY);
  }

  async function received(answer, again) {
    const type = answer.headers.get("Content-Type") || "";
    if (answer.ok && type.includes("json")) {
      const { url } = await answer.json();
      settled();
      forget();
      window.location.assign(url);
    } else if (answer.status === 422 || answer.status === 409) {
      const page = await answer.text();
      settled();
      keep(false);
      replaceRoom(page);
    } else if (answer.status >= 500) {
      later("Ombud could not record it (error " + answer.status + "). It is kept in this browser and sent again by itself; it counts once.");
    } else {
      sending = 1;
      if (!again && (await renewed())) return send(true);
      notYet("You have been signed out, or may not record decisions any more. Sign in again in another tab, then try now. What you typed is kept in this browser.");
    }
  }

  document.addEventListener("submit", (event) => {
    if (event.target !== form() || !window.fetch) return;
    // A submit button of another form (take back, close) is not this one.
    event.preventDefault();
    event.stopPropagation();
    if (!sending) send();
  }, true);

  /* --- what the page shows of what is typed ---------------------------------------------------------------------- */

  function filled(prefix) {
    const rows = new Set();
    entries().forEach(([name, value]) => { const found = name.match(prefix); if (found && value) rows.add(found[1]); });
    return rows.size;
  }

  function show() {
    if (!form()) return;
    const chosen = $("input[name=kind]:checked", form());
    const conditions = filled(/^c(\d+)-text$/);
    const votes = filled(/^v(\d+)-(?:choice|words)$/);
    const approve = $('input[name=kind][value="approve"]', form());
    const conditional = $('input[name=kind][value="approve_with_conditions"]', form());
    if (conditions && approve && approve.checked && conditional) {
      // With conditions it is another decision: what stands on the screen is what is recorded.
      conditional.checked = true;
      return show();
    }
    $$('[data-count="c"]').forEach((place) => { place.textContent = conditions || ""; });
    $$('[data-count="v"]').forEach((place) => { place.textContent = votes || ""; });
    $$("[data-conditions]").forEach((place) => { place.textContent = conditions ? ", with " + conditions + (conditions === 1 ? " condition" : " conditions") : ""; });
    const reason = form().elements.namedItem("reason");
    if (reason) reason.placeholder = (chosen && chosen.dataset.because) || "Why, in one sentence";
  }

  ["input", "change"].forEach((kind) => document.addEventListener(kind, (event) => {
    if (!form() || !form().contains(event.target)) return;
    show();
    keep(false);
  }));

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form() && form().contains(event.target)) {
      event.preventDefault();
      form().requestSubmit();
    }
  });

  // Everybody is for it: what the chair hears most often, in one press. Heard from the document, as the room is replaced.
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-all-for]")) return;
    const choices = $$(".votes select");
    choices.forEach((choice) => { choice.value = "for"; });
    if (choices.length) choices[0].dispatchEvent(new Event("change", { bubbles: true }));
  });

  function tick() {
    $$("progress[data-until]").forEach((bar) => {
      const from = Date.parse(bar.dataset.from);
      bar.value = Math.min(100, (100 * (Date.now() - from)) / (Date.parse(bar.dataset.until) - from));
    });
  }

  /* --- what others do ------------------------------------------------------------------------------------------- */

  function replaceRoom(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const next = $("[data-room]", page);
    if (!next) return window.location.reload();
    room().replaceWith(document.adoptNode(next));
    document.title = page.title;
    if (window.htmx) window.htmx.process(room());
    start();
    const errors = $(".errors", room());
    if (errors) {
      errors.focus();
      errors.scrollIntoView({ block: "nearest" });
    }
  }

  let lost = false;

  function connection(is) {
    if (lost === !is) return;
    lost = !is;
    room().classList.toggle("is-lost", lost);
    let line = $("#room-lost");
    if (!line) {
      line = Object.assign(document.createElement("p"), { id: "room-lost" });
      line.setAttribute("role", "status");
      $(".room-top", room()).append(line);
    }
    line.textContent = lost ? "No connection: what others record is not shown" : "";
  }

  let asking = false;

  // One question at a time: a server that is slow is not asked the faster for it.
  async function pulse() {
    const here = room();
    if (!here || here.dataset.live !== "yes" || sending || asking || document.hidden) return;
    asking = true;
    try {
      const address = here.dataset.pulse + "?item=" + here.dataset.item + "&stamp=" + here.dataset.stamp;
      const answer = await fetch(address, { headers: { "X-Room": "1" }, credentials: "same-origin", signal: AbortSignal.timeout(WAIT) });
      connection(true);
      if (answer.status === 200 && !answer.redirected) await heard(here, await answer.text());
    } catch (error) {
      connection(false);
    } finally {
      asking = false;
    }
  }

  async function heard(here, html) {
    if (here !== room() || sending) return;
    const said = $("[data-pulse-answer]", new DOMParser().parseFromString(html, "text/html"));
    if (!said) return;
    const mine = said.dataset.ownStamp === here.dataset.ownStamp;
    if (!mine && !isTouched() && said.dataset.ownStamp !== "gone") {
      // Nothing was typed here: show the item as it is now.
      const page = await fetch(window.location.pathname + "?item=" + here.dataset.item, { credentials: "same-origin" });
      if (page.ok && !page.redirected && here === room() && !isTouched()) replaceRoom(await page.text());
      return;
    }
    here.dataset.stamp = said.dataset.stamp;
    const side = $("#room-side", said);
    if (side && !$("#room-side").contains(document.activeElement)) {
      const open = $("#room-side details[open]");
      $("#room-side").replaceWith(document.adoptNode(side));
      if (open && $("#room-side details")) $("#room-side details").open = true;
    }
    if (!mine) {
      here.dataset.ownStamp = said.dataset.ownStamp;
      $("#room-news").replaceWith(document.adoptNode($("#room-news", said)));
    }
    tick();
  }

  /* --- start ---------------------------------------------------------------------------------------------------- */

  function start() {
    $$("[data-all-for]").forEach((button) => { button.hidden = false; });
    if (form()) atFirst = state();
    bringBack();
    otherUnsent();
    show();
    tick();
  }

  if (!room()) return;
  tidy();
  start();
  setInterval(tick, 1000);
  setInterval(pulse, POLL);
  window.addEventListener("online", () => { if (sending === 1) { clearTimeout(timer); send(); } });
})();
