// Small comforts; every page works without this file.
"use strict";
(() => {
  const ASKED_AT_ONCE = 6;
  const byId = (id) => document.getElementById(id);

  // A link to a question opens what it is folded into and puts the cursor there.
  const reveal = (id) => {
    const target = byId(id);
    if (!target) return false;
    for (let at = target.parentElement; at; at = at.parentElement) {
      if (at.tagName === "DETAILS") at.open = true;
    }
    if (target.tagName === "DETAILS") target.open = true;
    const control = target.matches("input, select, textarea") ? target
      : target.querySelector("input:checked, input, select, textarea, summary");
    target.scrollIntoView({ block: "center" });
    if (control) control.focus({ preventScroll: true });
    return true;
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#q-"], a[href^="#card-"]');
    if (link && link.hash.startsWith("#q-") && reveal(link.hash.slice(1))) event.preventDefault();

    // Buttons with an address of their own are sent by the browser, not by htmx.
    const button = event.target.closest("button[formaction]");
    if (button && button.form) {
      event.preventDefault();
      button.form.action = button.getAttribute("formaction");
      button.form.submit();
      button.form.action = "/cases/check";
    }
  });

  const answered = (question) => Array.from(question.querySelectorAll("input, select, textarea"))
    .some((one) => (one.type === "radio" ? one.checked && one.value : one.value));

  // After an answer the next best question moves up; what is being filled in stays where it is.
  const topUp = (panel) => {
    const list = byId("next");
    if (!list) return;
    let open = Array.from(list.children).filter((one) => one.dataset.fact && !answered(one)).length;
    for (const name of (panel.dataset.next || "").split(" ")) {
      if (open >= ASKED_AT_ONCE) break;
      const question = name && byId(`q-${name}`);
      if (question && question.closest("details") && !question.contains(document.activeElement)) {
        list.append(question);
        open += 1;
      }
    }
  };

  const showFaults = (panel) => {
    for (const old of document.querySelectorAll("#case .fault")) old.textContent = "";
    for (const old of document.querySelectorAll("#case [aria-invalid]")) old.removeAttribute("aria-invalid");
    for (const link of panel.querySelectorAll("a[data-fault]")) {
      const words = byId(`e-${link.dataset.fault}`);
      if (words) words.textContent += link.parentElement.querySelector("span").textContent;
      const control = byId(`f-${link.dataset.fault}`);
      if (control) control.setAttribute("aria-invalid", "true");
    }
  };

  document.addEventListener("htmx:afterSettle", () => {
    const panel = byId("answers");
    if (!panel) return;
    topUp(panel);
    showFaults(panel);
  });

  // An answer that could not be renewed must not look like the present one.
  const stale = () => {
    const note = byId("stale");
    if (!note) return;
    note.hidden = false;
    byId("answers").classList.add("is-stale");
  };
  for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout", "htmx:swapError"]) {
    document.addEventListener(name, stale);
  }

  const print = byId("print");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", () => window.print());
  }
  if (window.location.hash) reveal(window.location.hash.slice(1));
  const faults = byId("faults");
  if (faults && faults.hasAttribute("autofocus")) faults.focus();

  // Leaving a form with entries that are not saved: the browser asks first.
  const changed = new Set();
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form.keep");
    if (form) changed.add(form);
  });
  document.addEventListener("submit", (event) => changed.delete(event.target));
  window.addEventListener("beforeunload", (event) => {
    if (changed.size) event.preventDefault();
  });
})();
