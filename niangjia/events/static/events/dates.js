// Dates are sent in the order in which they were ticked: the best first. Without this they go in the order of the page.
document.addEventListener("change", (event) => {
  const box = event.target;
  if (!box.matches("[data-in-order]")) return;
  const form = box.form;
  const ticked = (form.dataset.ticked || "").split(" ").filter((one) => one && one !== box.value);
  if (box.checked) ticked.push(box.value);
  form.dataset.ticked = ticked.join(" ");
  form.querySelectorAll("input[data-told]").forEach((one) => one.remove());
  form.querySelectorAll("[data-in-order]").forEach((one) => {
    one.removeAttribute("name");
    const place = ticked.indexOf(one.value);
    one.closest("label").dataset.place = place < 0 ? "" : place + 1;
  });
  for (const value of ticked) {
    const told = document.createElement("input");
    told.type = "hidden";
    told.name = "date";
    told.value = value;
    told.dataset.told = "";
    form.append(told);
  }
});
// A counter that is too busy answers 503, which pages pass over in general; its sentence says what to do next.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!event.detail.xhr.getResponseHeader("HX-Retarget")) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});
