// “Near me”: the phone's own position, rounded to a hundred metres; it stands in the address and is kept nowhere.
(() => {
  "use strict";
  const button = document.querySelector("[data-near]");
  if (!button || !navigator.geolocation) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    button.setAttribute("aria-busy", "true");
    navigator.geolocation.getCurrentPosition(
      (found) => {
        const asked = new URLSearchParams(window.location.search);
        asked.delete("county");
        asked.set("lat", found.coords.latitude.toFixed(3));
        asked.set("lon", found.coords.longitude.toFixed(3));
        window.location.search = asked.toString();
      },
      () => {
        button.removeAttribute("aria-busy");
        document.getElementById("live").textContent = button.getAttribute("data-near");
      },
      { timeout: 10000, maximumAge: 60000 },
    );
  });
})();
