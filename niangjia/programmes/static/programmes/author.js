// Writing rules: names completed while typing, faults put beside their field. Without this file the list of names
// stands on the page, and faults are told when the draft is saved.
(() => {
  "use strict";
  const book = document.getElementById("rule-words");
  const form = document.getElementById("edit");
  if (!book || !form) return;
  const MOST = 10;
  const say = (key) => book.getAttribute("data-say-" + key) || "";
  const words = [...book.querySelectorAll("[data-word]")].map((part) => ({
    name: part.getAttribute("data-word"),
    label: part.getAttribute("data-label"),
    about: part.getAttribute("data-about"),
    kind: part.getAttribute("data-kind"),
    values: [...part.querySelectorAll("[data-code]")].map((value) => ({
      name: value.getAttribute("data-code"), label: value.getAttribute("data-label"), about: "", kind: "value",
    })),
  }));
  const byName = new Map(words.map((word) => [word.name, word]));

  // --- the list under the caret; the reader's focus never leaves the field -----------------------------------------
  const box = document.createElement("ul");
  box.id = "rule-options";
  box.className = "options";
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-label", say("list"));
  box.hidden = true;
  const told = document.createElement("div");
  told.className = "sr";
  told.setAttribute("role", "status");
  (document.getElementById("main") || document.body).append(box, told);
  let open = null; // {field, start, end, options, at}

  const isRule = (field) => field && field.matches && field.matches("textarea[data-rule]");

  // In the whole file only what stands under `rule:` is a rule.
  const inRule = (field, at) => {
    if (field.getAttribute("data-rule") !== "file") return true;
    const lines = field.value.slice(0, at).split("\n");
    for (let n = lines.length - 1; n >= 0; n -= 1) {
      const key = /(?:^|[\s{,-])([a-z_]+):(?:\s|$)/g;
      const keys = [...lines[n].matchAll(key)];
      if (keys.length) return keys[keys.length - 1][1] === "rule";
    }
    return false;
  };

  // What stands before the caret: a value of a fact after == or in [, else a name.
  const asked = (field) => {
    const at = field.selectionStart;
    if (at !== field.selectionEnd || !inRule(field, at)) return null;
    const before = field.value.slice(0, at);
    const value = /([a-z][a-z0-9_.]*)\s*(?:(?:==|!=)\s*|in\s*\[(?:\s*(?:"[^"\n]*"|\d+)\s*,)*\s*)("?)([^"\s,\]&|()]*)$/.exec(before);
    const of = value && byName.get(value[1]);
    if (of && of.values.length) {
      const after = field.value.slice(at);
      const closing = value[2] && after.startsWith('"') ? 1 : 0;
      return { start: at - value[2].length - value[3].length, end: at + closing, typed: value[3], among: of.values, quoted: of.kind !== "num" };
    }
    const name = /[\p{L}\p{N}_.]+$/u.exec(before);
    if (!name || /^\d/.test(name[0])) return null;
    const dates = /(?:(?:years|months|days)_since|days_between)\([^()]*$/.test(before);
    return { start: at - name[0].length, end: at, typed: name[0], among: words, dates };
  };

  const rank = (word, typed, dates) => {
    const sought = typed.toLowerCase();
    const label = word.label.toLowerCase();
    let score = -1;
    if (word.name.startsWith(sought)) score = 0;
    else if (label.startsWith(sought)) score = 1;
    else if (word.name.split(".").some((part) => part.startsWith(sought))) score = 2;
    else if (label.includes(sought)) score = 3;
    else if (word.name.includes(sought)) score = 4;
    return score < 0 ? score : score + (dates && word.kind !== "date" ? 5 : 0);
  };

  const offer = (field, all = false) => {
    const wanted = asked(field) || (all ? { start: field.selectionStart, end: field.selectionEnd, typed: "", among: words } : null);
    if (!wanted) return close();
    const options = wanted.among
      .map((word, n) => ({ word, n, score: rank(word, wanted.typed, wanted.dates) }))
      .filter((one) => one.score >= 0)
      .sort((one, other) => one.score - other.score || one.n - other.n)
      .slice(0, all ? words.length : MOST)
      .map((one) => one.word);
    if (!options.length || (options.length === 1 && options[0].name === wanted.typed && !wanted.quoted)) return close();
    open = { ...wanted, field, options, at: 0 };
    box.replaceChildren(...options.map(option));
    box.hidden = false;
    field.setAttribute("aria-controls", box.id);
    place(field);
    point(0);
    told.textContent = say("found").replace("{n}", options.length);
    return undefined;
  };

  const option = (word, n) => {
    const line = document.createElement("li");
    line.id = "rule-option-" + n;
    line.setAttribute("role", "option");
    const label = document.createElement("b");
    label.textContent = word.label;
    const name = document.createElement("code");
    name.textContent = word.name;
    const about = document.createElement("small");
    about.textContent = word.about;
    line.append(label, name, about);
    return line;
  };

  const point = (at) => {
    if (!open) return;
    open.at = (at + open.options.length) % open.options.length;
    [...box.children].forEach((line, n) => {
      line.setAttribute("aria-selected", String(n === open.at));
      if (n === open.at) line.scrollIntoView({ block: "nearest" });
    });
    open.field.setAttribute("aria-activedescendant", "rule-option-" + open.at);
  };

  const close = () => {
    if (!open) return;
    open.field.removeAttribute("aria-activedescendant");
    open.field.removeAttribute("aria-controls");
    open = null;
    box.hidden = true;
    told.textContent = "";
  };

  // Typed like a key, so that undo takes it back; older engines set the text at once.
  const put = (field, start, end, text) => {
    field.focus();
    field.setSelectionRange(start, end);
    if (!document.execCommand || !document.execCommand("insertText", false, text)) {
      field.setRangeText(text, start, end, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };

  const take = (n) => {
    const { field, start, end, options, quoted } = open;
    const word = options[n];
    close();
    put(field, start, end, quoted ? JSON.stringify(word.name) : word.name);
    close();
  };

  // Where the caret is: the text before it set in a box of the same make.
  const caret = (field) => {
    const twin = document.createElement("div");
    const look = getComputedStyle(field);
    ["boxSizing", "width", "font", "lineHeight", "letterSpacing", "padding", "border", "tabSize"].forEach((key) => {
      twin.style[key] = look[key];
    });
    Object.assign(twin.style, { position: "absolute", visibility: "hidden", whiteSpace: "pre-wrap", overflowWrap: "break-word", top: "0", left: "0" });
    twin.textContent = field.value.slice(0, field.selectionStart);
    const mark = document.createElement("span");
    mark.textContent = "\u200b";
    twin.append(mark);
    document.body.append(twin);
    const found = { left: mark.offsetLeft, bottom: mark.offsetTop + mark.offsetHeight };
    twin.remove();
    return found;
  };

  const place = (field) => {
    const edge = field.getBoundingClientRect();
    const at = caret(field);
    const left = Math.min(edge.left + at.left, document.documentElement.clientWidth - box.offsetWidth - 8);
    const below = Math.min(edge.top + at.bottom - field.scrollTop, edge.bottom);
    // Counted from whatever the list is placed in: the page, or a part of it that is placed itself.
    const home = (box.offsetParent || document.documentElement).getBoundingClientRect();
    box.style.left = Math.max(8, left) - home.left + "px";
    box.style.top = below - home.top + 4 + "px";
  };

  form.addEventListener("input", (event) => {
    if (isRule(event.target) && !event.isComposing) offer(event.target);
  });
  form.addEventListener("compositionend", (event) => {
    if (isRule(event.target)) offer(event.target);
  });
  form.addEventListener("keydown", (event) => {
    if (!isRule(event.target) || event.isComposing) return;
    if (event.key === " " && event.ctrlKey) {
      event.preventDefault();
      offer(event.target, true);
      return;
    }
    if (!open) return;
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves) point(open.at + moves[event.key]);
    else if (event.key === "Enter") take(open.at);
    else if (event.key === "Escape") close();
    else {
      if (["ArrowLeft", "ArrowRight", "Home", "End", "Tab"].includes(event.key)) close();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  });
  form.addEventListener("focusout", close);
  // Typing near the edge scrolls the field itself: the names go along instead of vanishing.
  form.addEventListener("scroll", () => open && place(open.field), true);
  window.addEventListener("resize", close);
  // The press must not take the focus out of the field, the click chooses.
  box.addEventListener("pointerdown", (event) => event.preventDefault());
  box.addEventListener("mousedown", (event) => event.preventDefault());
  box.addEventListener("click", (event) => {
    const line = event.target.closest("[role=option]");
    if (line && open) take([...box.children].indexOf(line));
  });

  // A name of the list on the page goes where the rule was last written.
  let last = null;
  form.addEventListener("focusin", (event) => {
    if (isRule(event.target)) last = event.target;
  });
  book.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-put]");
    if (!pressed) return;
    const field = last || [...form.querySelectorAll("textarea[data-rule]")].find((one) => one.offsetParent);
    if (field) put(field, field.selectionStart, field.selectionEnd, pressed.getAttribute("data-put"));
  });
  book.querySelectorAll("[data-put]").forEach((button) => button.removeAttribute("hidden"));

  form.querySelectorAll("textarea[data-rule]").forEach((field) => {
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-haspopup", "listbox");
  });

  // --- faults beside their field, as the check tells them -----------------------------------------------------------
  const beside = (fault) => {
    const field = document.getElementById(fault.getAttribute("data-fault"));
    const row = field && field.closest(".form-row");
    if (!row) return;
    const note = document.createElement("div");
    note.className = "live errorlist";
    note.id = field.id + "_live";
    const said = document.createElement("ul");
    const line = document.createElement("li");
    line.textContent = fault.getAttribute("data-said");
    said.append(line);
    note.append(said);
    if (fault.getAttribute("data-excerpt")) {
      const drawn = document.createElement("pre");
      drawn.className = "mono";
      drawn.textContent = fault.getAttribute("data-excerpt");
      note.append(drawn);
    }
    const standing = row.querySelector(".live");
    if (standing) standing.append(...note.childNodes);
    else field.after(note); // below, so that the field stays where it is under the fingers
    field.setAttribute("aria-invalid", "true");
    const ids = (field.getAttribute("aria-describedby") || "").split(" ").filter(Boolean);
    if (!ids.includes(note.id)) field.setAttribute("aria-describedby", [...ids, note.id].join(" "));
  };
  const sheet = form.querySelector("[data-checked]") || form;
  const clear = () => {
    sheet.querySelectorAll(".live, .form-row > .errorlist, pre.errorlist").forEach((note) => note.remove());
    sheet.querySelectorAll("[aria-invalid]").forEach((field) => {
      field.removeAttribute("aria-invalid");
      const ids = (field.getAttribute("aria-describedby") || "").split(" ").filter((id) => id && !/_(live|error)$/.test(id));
      if (ids.length) field.setAttribute("aria-describedby", ids.join(" "));
      else field.removeAttribute("aria-describedby");
    });
    sheet.querySelectorAll(".has-error").forEach((row) => row.classList.remove("has-error"));
  };
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "check") return;
    clear();
    event.detail.target.querySelectorAll("[data-fault]").forEach(beside);
  });

  // A fault leads to its very place: the field opened, the caret where it is wrong.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-line], a[data-goto]");
    if (!link) return;
    const field = document.getElementById(link.getAttribute("data-goto") || "id_text");
    if (!field) return;
    event.preventDefault();
    const card = field.closest("details");
    if (card) card.open = true;
    field.focus();
    const line = Number(link.getAttribute("data-line"));
    if (!line || !field.setSelectionRange) return;
    const lines = field.value.split("\n");
    const at = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
    const column = Number(link.getAttribute("data-column")) || 1;
    field.setSelectionRange(at + column - 1, at + (lines[line - 1] || "").length);
    field.scrollTop = Math.max(0, (line - 4) * parseFloat(getComputedStyle(field).lineHeight));
  });
})();
