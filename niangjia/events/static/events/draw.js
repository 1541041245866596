// Works a published draw out again in the reader's own browser (events/admission/lottery.py says how lots are made).
const box = document.getElementById("check");
const sha = async (text) => {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
};
const check = async () => {
  const draw = await (await fetch(box.dataset.file)).json();
  if ((await sha(draw.seed)) !== draw.commitment) return 0;
  if ((await sha(draw.roll.join("\n"))) !== draw.roll_digest) return 0;
  const lots = await Promise.all(draw.roll.map(async (line) => {
    const [token, tier] = line.split(" ");
    return { token, tier: Number(tier), lot: await sha(draw.seed + draw.beacon + draw.roll_digest + token) };
  }));
  lots.sort((a, b) => a.tier - b.tier || (a.lot < b.lot ? -1 : 1));
  if (lots.length !== draw.order.length || new Set(draw.order).size !== draw.order.length) return 0;
  if (lots.some((one, at) => one.token !== draw.order[at])) return 0;
  return lots.findIndex((one) => one.token === box.dataset.token) + 1 || -1;
};
if (box && !globalThis.crypto?.subtle) box.textContent = box.dataset.cannot; // a page that did not come over HTTPS
else if (box) {
  box.textContent = box.dataset.working;
  check().then((place) => {
    box.className = place ? "notice good" : "notice bad";
    box.textContent = place ? box.dataset.true + (place > 0 ? ` ${box.dataset.place.replace("N", place)}` : "") : box.dataset.false;
  }, () => { box.textContent = box.dataset.cannot; }); // no network: nothing is said of the draw
}
