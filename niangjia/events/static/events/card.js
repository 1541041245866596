// Keeps the card on the phone, so that it shows without network (events/keeper.js).
const keeper = document.currentScript ? document.currentScript.dataset.keeper : "";
if (keeper && "serviceWorker" in navigator) {
  navigator.serviceWorker.register(keeper).then(() => navigator.serviceWorker.ready).then((ready) => {
    if (ready.active) ready.active.postMessage(location.href);
  }).catch(() => undefined);
}
