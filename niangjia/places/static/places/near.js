// “Near me”: asked only on press, rounded to a hundred metres, sent in the body of a request for this list alone. It
// stands in no address, and this page forgets it when it is left.
(() => {
  "use strict";
  const button = document.querySelector("[data-near]");
  if (!button || !navigator.geolocation) return;
  const form = button.form;
  const say = (words) => (document.getElementById("live").textContent = words);
  let here = null;
  button.parentElement.hidden = false; // without script, or without a position to ask for, there is no button

  const look = async () => {
    const body = new URLSearchParams(form ? new FormData(form) : "");
    if (form) body.delete("county");
    Object.entries(here).forEach(([name, value]) => body.set(name, value));
    const headers = { "X-CSRFToken": button.dataset.token };
    const answer = await fetch(window.location.href, { method: "POST", body, headers });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = document.getElementById("found");
    found.replaceChildren(...page.getElementById("found").childNodes);
    say(found.querySelector("[data-said]")?.textContent || "");
  };
  const ask = () => {
    button.setAttribute("aria-busy", "true");
    return look()
      .catch(() => say(button.dataset.lost))
      .finally(() => button.removeAttribute("aria-busy"));
  };

  button.addEventListener("click", () => {
    button.setAttribute("aria-busy", "true");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        here = { lat: coords.latitude.toFixed(3), lon: coords.longitude.toFixed(3) };
        const county = form && form.elements.county;
        if (county) county.value = "";
        ask();
      },
      () => {
        button.removeAttribute("aria-busy");
        say(button.dataset.near);
      },
      { timeout: 10000, maximumAge: 60000 },
    );
  });
  // Other filters keep the position; choosing a county lets it go.
  if (form)
    form.addEventListener("submit", (event) => {
      if (!here || form.elements.county?.value) return;
      event.preventDefault();
      ask();
    });
})();
