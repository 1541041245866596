// What plain HTML cannot do alone. Every page works without this file.
(() => {
  "use strict";
  const on = (type, handler, early = false) => document.addEventListener(type, handler, early);

  // The officers' drawer: htmx fills it, this opens and closes it. Safari 14 knows no modal dialog and gets an open one.
  const openDialog = (dialog) => {
    if (dialog.open) return;
    if (dialog.showModal) dialog.showModal();
    else dialog.setAttribute("open", "");
  };
  const closeDialog = (dialog) => {
    if (dialog.close) dialog.close();
    else dialog.removeAttribute("open");
  };
  on("htmx:afterSwap", (event) => {
    const dialog = event.detail.target.closest("dialog");
    if (dialog) openDialog(dialog);
  });
  on("drawer-close", () => document.querySelectorAll("dialog[open]").forEach(closeDialog));
  on("click", (event) => {
    const dialog = event.target.closest("dialog");
    if (!dialog || (event.target !== dialog && !event.target.closest("[data-close]"))) return;
    // The close button is a link for those without JavaScript; guarded input asks before it goes.
    event.preventDefault();
    if (!dialog.querySelector("form[data-changed]") || window.confirm(words("leave"))) closeDialog(dialog);
  });
  on("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details.drop[open]").forEach((menu) => {
      menu.removeAttribute("open");
      menu.querySelector("summary").focus();
    });
  });
  on("click", (event) => {
    document.querySelectorAll("details.drop[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.removeAttribute("open");
    });
  });

  // Sentences come from the page, in its language.
  const words = (key) => document.body.getAttribute("data-say-" + key) || "";

  // Unsaved input: ask before it is lost.
  on("input", (event) => {
    const form = event.target.closest("form[data-guard]");
    if (form) form.setAttribute("data-changed", "");
  });
  window.addEventListener("beforeunload", (event) => {
    if (!document.querySelector("form[data-changed]")) return;
    event.preventDefault();
    event.returnValue = "";
  });

  // Send once: a second press while the first is under way does nothing. Early, so that htmx does not hear it either.
  // `data-again` marks a form that may be sent many times without leaving the page, such as a download.
  const once = (event) => {
    const form = event.target;
    const pressed = event.submitter || form.querySelector("[type=submit]");
    const question = pressed && pressed.getAttribute("data-confirm");
    if (form.hasAttribute("data-sent") || (question && !window.confirm(question))) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.removeAttribute("data-changed");
    if (form.method === "get" || form.hasAttribute("data-again")) return;
    form.setAttribute("data-sent", "");
    if (pressed) pressed.setAttribute("aria-busy", "true");
  };
  on("submit", once, true);
  const unlock = () =>
    document.querySelectorAll("form[data-sent]").forEach((form) => {
      form.removeAttribute("data-sent");
      form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
    });
  window.addEventListener("pageshow", unlock);
  on("htmx:afterRequest", unlock);

  // Faults: bring the reader to the list of them.
  const showFaults = (root) => {
    const summary = root.querySelector(".summary[tabindex]");
    if (summary && !summary.closest("[data-still]")) summary.focus();
  };
  on("DOMContentLoaded", () => showFaults(document));
  on("htmx:afterSettle", (event) => showFaults(event.detail.target));

  // Progress: ask again until the answer no longer asks for it. A failed try waits longer, up to half a minute.
  const poll = (part, pause) =>
    window.setTimeout(async () => {
      if (!part.isConnected) return;
      let next = null;
      try {
        const answer = await fetch(part.getAttribute("data-poll"), { headers: { "X-Part": "1" } });
        if (answer.ok) {
          const box = document.createElement("template");
          box.innerHTML = (await answer.text()).trim();
          next = box.content.firstElementChild;
        }
      } catch (lost) {
        next = null;
      }
      if (!next) {
        poll(part, Math.min(pause * 2, 30000));
        return;
      }
      part.replaceWith(next);
      watch(next.parentNode);
    }, pause);
  const watch = (root) => {
    root.querySelectorAll("[data-poll]:not([data-watched])").forEach((part) => {
      part.setAttribute("data-watched", "");
      poll(part, 1000 * (Number(part.getAttribute("data-every")) || 2));
    });
  };
  on("DOMContentLoaded", () => watch(document));
  on("htmx:afterSettle", (event) => watch(event.detail.target));

  // A server fault during an htmx request is said, not swallowed.
  ["htmx:responseError", "htmx:sendError"].forEach((type) =>
    on(type, () => {
      const place = document.getElementById("live");
      if (place) place.textContent = words("lost");
    }),
  );
})();
