/* Ombud: what the pages gain where scripts run. Everything here has a plain way that works without it.
   No framework; no inline code, so that the content policy can stay strict. htmx does the requests. */
(function () {
  "use strict";

  const $ = (selector, root) => (root || document).querySelector(selector);
  const $$ = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const keysOn = () => document.body.dataset.shortcuts !== "off";
  const visible = (element) => element.getClientRects().length > 0;
  const typing = (element) =>
    element instanceof HTMLElement &&
    (element.isContentEditable || /^(TEXTAREA|SELECT)$/.test(element.tagName) ||
      (element.tagName === "INPUT" && !/^(checkbox|radio|button|submit)$/.test(element.type)));

  /* --- toasts ------------------------------------------------------------------------------------------------ */

  function toast(text, level, link) {
    const holder = $("#toasts") || document.body.appendChild(Object.assign(document.createElement("div"), { id: "toasts", className: "toasts" }));
    $$(".toast", holder).filter((old) => old.dataset.text === text).forEach((old) => old.remove());
    const box = document.createElement("div");
    box.className = "toast " + (level || "success");
    box.dataset.text = text;
    box.setAttribute("role", level === "error" ? "alert" : "status");
    box.appendChild(Object.assign(document.createElement("span"), { textContent: text }));
    if (link) box.appendChild(Object.assign(document.createElement("a"), { href: link.href, textContent: link.text, target: link.target || "" }));
    box.appendChild(Object.assign(document.createElement("button"), { type: "button", textContent: "Close" })).dataset.dismiss = "";
    holder.appendChild(box);
    return box;
  }

  const showDismiss = (root) => $$("[data-dismiss][hidden]", root).forEach((button) => { button.hidden = false; });

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    const dismiss = target.closest("[data-dismiss]");
    if (dismiss) dismiss.closest(".toast").remove();

    const opener = target.closest("[data-opens]");
    const dialog = opener && document.getElementById(opener.dataset.opens);
    if (dialog && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (dialog.showModal) dialog.showModal();
    }
    const closer = target.closest("[data-closes]");
    if (closer && closer.closest("dialog")) {
      event.preventDefault();
      closer.closest("dialog").close();
    }
  });

  /* --- keys -------------------------------------------------------------------------------------------------- */

  let afterG = 0;

  function rows() {
    return $$("[data-keys-list] [data-row], [data-keys-list] .row-link").filter(visible);
  }

  function move(step) {
    const all = rows();
    if (!all.length) return false;
    const active = all.findIndex((row) => row === document.activeElement);
    const chosen = active >= 0 ? active : all.findIndex((row) => row.getAttribute("aria-current"));
    const next = all[Math.min(Math.max(chosen + step, 0), all.length - 1)] || all[0];
    const list = next.closest("[data-keys-list]");
    if (list.dataset.keysList === "open" && next !== all[chosen]) next.click();
    else next.focus();
    return true;
  }

  function choose() {
    const row = document.activeElement && document.activeElement.closest("tr, li");
    const box = row && $("input[type=checkbox]", row);
    if (box) box.click();
    return Boolean(box);
  }

  function showKeys() {
    const list = document.getElementById("keys");
    if (list && !list.matches(":popover-open")) list.showPopover();
    return Boolean(list);
  }

  function go(letter) {
    const link = $$('[data-go="' + CSS.escape(letter) + '"]')[0];
    if (link) link.click();
    return Boolean(link);
  }

  function press(letter) {
    const target = $$('[data-key="' + CSS.escape(letter) + '"]').filter((element) => visible(element) && !element.disabled).pop();
    if (target) target.click();
    return Boolean(target);
  }

  function onKey(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false;
    if (!keysOn() || typing(event.target) || $("dialog[open]:not([popover])")) return false;
    if (Date.now() - afterG < 1500) {
      afterG = 0;
      return go(event.key.toLowerCase());
    }
    switch (event.key) {
      case "/": {
        const field = $("[data-search]");
        if (!field || !visible(field)) return false;
        field.focus();
        field.select();
        return true;
      }
      case "?": return showKeys();
      case "g": afterG = Date.now(); return true;
      case "j": return move(1) || press("j");
      case "k": return move(-1) || press("k");
      case "x": return choose() || press("x");
      default: return event.key.length === 1 && press(event.key);
    }
  }

  document.addEventListener("keydown", (event) => {
    if (onKey(event)) event.preventDefault();
  });

  /* --- forms that save themselves: a second after the last key, and on leaving a field ------------------------- */

  const waiting = new WeakMap();
  const unsaved = new Set();

  function autosave(form) {
    clearTimeout(waiting.get(form));
    waiting.delete(form);
    form.dispatchEvent(new CustomEvent("autosave", { bubbles: true }));
  }

  document.addEventListener("input", (event) => {
    const form = event.target.closest && event.target.closest("form[data-autosave]");
    if (!form || event.target.closest("[data-no-autosave]")) return;
    unsaved.add(form);
    clearTimeout(waiting.get(form));
    waiting.set(form, setTimeout(() => autosave(form), 1000));
  });
  document.addEventListener("focusout", (event) => {
    const form = event.target.closest && event.target.closest("form[data-autosave]");
    if (form && waiting.has(form)) autosave(form);
  });
  /* A choice of the board that needs more than a reason: bring what it needs into view. */
  document.addEventListener("change", (event) => {
    const form = event.target.matches(".opt input[type=radio]") && event.target.closest("form");
    const need = form && $$(".need", form).find(visible);
    if (need) need.scrollIntoView({ block: "nearest" });
  });

  document.addEventListener("submit", (event) => {
    clearTimeout(waiting.get(event.target));
    waiting.delete(event.target);
    unsaved.delete(event.target);
  });
  // A button pressed twice sends its form once: the second press waits until the page answers, or five seconds.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.matches("[hx-post], [data-hx-post]") || form.querySelector("[hx-post]")) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 5000);
  });
  window.addEventListener("pagehide", () => $$("form[data-autosave]").filter((form) => waiting.has(form)).forEach(autosave));
  // What is added to a page line by line, and was typed but not added yet.
  const isTyped = (field) =>
    field.matches("select") ? field.selectedIndex !== Math.max(0, [...field.options].findIndex((each) => each.defaultSelected)) :
    field.matches("[type=radio], [type=checkbox]") ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
  const waitsToBeAdded = () => $$("[data-added-apart] :is(input:not([type=hidden]), select, textarea)").some(isTyped);
  window.addEventListener("beforeunload", (event) => {
    if (waitsToBeAdded() || $$("form[data-autosave]").some((form) => unsaved.has(form) && form.dataset.failed)) event.preventDefault();
  });

  /* --- htmx: say what happened when a request fails ------------------------------------------------------------ */

  const REASONS = {
    401: "You have been signed out. Sign in again in another tab, then try once more.",
    403: "You may not do this, or you have been signed out. Sign in again in another tab, then try once more.",
    404: "This no longer exists, or you may not see it. Load the page again.",
    409: "Somebody else changed this meanwhile. Load the page again to see their version, then repeat your change.",
    413: "That was too large to send.",
    429: "Too many tries in a short time. Wait a minute, then try again.",
  };

  const savesItself = (form) => Boolean(form && form.matches && form.matches("form[data-autosave]"));

  function failed(form, status) {
    // What saves itself is sent again by itself: it is said once, and taken back when it is saved.
    const kind = !status ? "unreached" : [401, 403].includes(status) && !form.dataset.renewed ? "signed-out" : "refused";
    if (savesItself(form) && kind !== "refused" && form.dataset.failed === kind) return;
    const kept = savesItself(form) && kind === "unreached" ? " What you typed is still on this page, and is saved as soon as the connection is back." :
      savesItself(form) && kind === "signed-out" ? " What you typed is still on this page, and is saved as soon as you are signed in again." :
      form && form.matches("form") ? " What you typed is still on this page." : " Nothing was changed.";
    const why = status ? REASONS[status] || "Ombud could not do this (error " + status + "). Try again; if it happens twice, tell your administrator." : "Ombud cannot be reached. " + (savesItself(form) ? "Check your connection." : "Check your connection and try again.");
    const box = toast(why + kept, "error", savesItself(form) && kind === "signed-out" ? { href: "/accounts/login/", text: "Sign in in another tab", target: "_blank" } : [401, 403, 404, 409].includes(status) ? { href: window.location.href, text: "Load again" } : null);
    if (savesItself(form)) {
      form.dataset.failed = kind;
      const line = $(".saved", form) || $(".saved");
      if (line) {
        line.classList.add("bad");
        line.textContent = "Not saved. " + why;
      }
      box.dataset.unsaved = "";
    }
  }

  const saveAgain = () => $$('form[data-failed="unreached"]').filter((form) => !waiting.has(form)).forEach(autosave);
  window.addEventListener("online", saveAgain);
  setInterval(saveAgain, 5000);

  // Whoever signs in again in another tab is somebody new to the forms that are open here: this page gets a new token,
  // then saves what waits. Once only: who is refused with a new token may not do it.
  async function renew(form) {
    const answer = await fetch(form.action, { redirect: "manual" }).catch(() => null);
    if (!answer || !answer.ok) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = $("[name=csrfmiddlewaretoken]", page);
    if (!token || form.dataset.failed !== "signed-out") return false;
    document.body.setAttribute("hx-headers", page.body.getAttribute("hx-headers"));
    $$("[name=csrfmiddlewaretoken]").forEach((field) => { field.value = token.value; });
    form.dataset.renewed = "yes";
    return true;
  }

  const signedInAgain = () => $$('form[data-failed="signed-out"]').forEach(async (form) => {
    if (await renew(form)) autosave(form);
  });
  window.addEventListener("focus", signedInAgain);
  setInterval(signedInAgain, 5000);
  document.addEventListener("submit", (event) => {
    const form = event.target, button = event.submitter;
    if (!savesItself(form) || form.dataset.failed !== "signed-out") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    renew(form).then((renewed) => {
      if (!renewed) return toast("You are still signed out. Sign in again in another tab, then press it once more. What you typed is still on this page.", "error");
      delete form.dataset.failed;
      form.requestSubmit(button);
    });
  }, true);

  const owner = (event) => event.detail.elt && (event.detail.elt.closest("form") || event.detail.elt);
  document.addEventListener("htmx:responseError", (event) => failed(owner(event), event.detail.xhr.status));
  document.addEventListener("htmx:sendError", (event) => failed(owner(event), 0));
  document.addEventListener("htmx:timeout", (event) => failed(owner(event), 0));
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = owner(event);
    if (event.detail.successful && savesItself(form)) {
      if (form.dataset.failed) $$(".toast[data-unsaved]").forEach((box) => box.remove());
      delete form.dataset.failed;
      delete form.dataset.renewed;
      if (!waiting.has(form)) unsaved.delete(form);
    }
  });

  /* --- time: "4 seconds ago", and the clock of a meeting ------------------------------------------------------- */

  function ago(seconds) {
    if (seconds < 60) return Math.max(seconds, 0) + (seconds === 1 ? " second ago" : " seconds ago");
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60) return minutes + (minutes === 1 ? " minute ago" : " minutes ago");
    const hours = Math.floor(minutes / 60);
    return hours < 24 ? hours + (hours === 1 ? " hour ago" : " hours ago") : "";
  }

  function tick() {
    const now = Date.now();
    $$("[data-since]").forEach((element) => {
      const words = ago(Math.round((now - Date.parse(element.dataset.since)) / 1000));
      const text = (element.dataset.prefix === undefined ? ", " : element.dataset.prefix) + words;
      if (words && element.textContent !== text) element.textContent = text;
    });
    $$("[data-timer]").forEach((element) => {
      const left = Math.round((Date.parse(element.dataset.timer) - now) / 1000);
      const size = Math.abs(left);
      element.textContent = (left < 0 ? "\u2212" : "") + Math.floor(size / 60) + ":" + String(size % 60).padStart(2, "0");
      element.classList.toggle("late", left < 0);
    });
  }

  /* --- lists of entries that are found by any word ------------------------------------------------------------- */

  const folded = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/\s+/g, " ").trim();

  function findable(select) {
    const options = Array.from(select.options);
    if (select.dataset.find === "on" || options.length < 9) return;
    select.dataset.find = "on";
    const input = Object.assign(document.createElement("input"), { type: "search", className: "ctl find", placeholder: "Find by any word" });
    input.setAttribute("aria-label", "Find by any word");
    input.setAttribute("aria-controls", select.id);
    const said = Object.assign(document.createElement("p"), { className: "tiny soft" });
    said.setAttribute("role", "status");
    select.before(input, said);
    input.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
    input.addEventListener("input", () => {
      const asked = folded(input.value);
      const words = (option) => [option.text].concat((option.dataset.words || "").split("; "));
      const kept = options.filter((option) => !asked || (option.value && words(option).some((word) => folded(word).includes(asked))));
      const chosen = select.value;
      select.replaceChildren(...(kept.length ? kept : options));
      select.value = !asked || kept.some((option) => option.value === chosen) || !kept.length ? chosen : kept[0].value;
      const other = kept.length && asked && words(kept[0]).slice(1).find((word) => folded(word).includes(asked));
      said.textContent = !asked ? "" : !kept.length ? "Nothing is called that." :
        folded(kept[0].text).includes(asked) || !other ? kept.length + " found" : "\u201c" + other + "\u201d is another word for " + kept[0].text;
      const propose = $("[data-propose]", select.closest("section") || document);
      if (propose) {
        const url = new URL(propose.href);
        url.searchParams.set("name", input.value);
        propose.href = url;
      }
    });
  }

  /* --- start, and again for whatever htmx brings in ------------------------------------------------------------ */

  function settle(root) {
    showDismiss(root);
    $$("select[data-find]", root).forEach(findable);
    tick();
  }

  document.addEventListener("htmx:load", (event) => settle(event.detail.elt));
  settle(document);
  setInterval(tick, 1000);
  // Where a list of work scrolls by itself, the line that is open stands in view.
  const current = $('[data-keys-list="open"] [aria-current]');
  const list = current && current.closest("[data-keys-list]");
  if (list) list.scrollTop = current.offsetTop - list.offsetTop - 48;
  const first = $("[data-focus]");
  if (first) first.focus();
})();
