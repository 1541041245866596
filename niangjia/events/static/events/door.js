// Keeps the door of one date on this device. The list comes once, is sealed at once with a key that cannot be taken out
// of this browser (WebCrypto, not extractable), and is wiped when its time is over. What is noted here is kept sealed
// too and sent when there is network; sent twice it is noted once.
const box = document.getElementById("door");
const say = (name) => box.getAttribute(`data-say-${name}`);
const part = (name) => box.querySelector(`[data-part="${name}"]`);
const does = (name) => box.querySelector(`[data-do="${name}"]`);
const LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
const SHOWN = 8;
let roll = null; // what is known of this date, in the clear only here in memory
let seal = null;

// --- what the device keeps --------------------------------------------------------------------------------------------

const base = () => new Promise((done, failed) => {
  const asked = indexedDB.open("niangjia-door", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("doors");
  asked.onsuccess = () => done(asked.result);
  asked.onerror = () => failed(asked.error);
});
const stored = async (mode, what) => {
  const db = await base();
  return new Promise((done, failed) => {
    const asked = what(db.transaction("doors", mode).objectStore("doors"));
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  }).finally(() => db.close());
};
const date = box ? box.dataset.date : "";
const keep = async () => {
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify(roll));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, seal, plain);
  await stored("readwrite", (doors) => doors.put({ seal, nonce, sealed, until: roll.until }, date));
};
const wipe = () => stored("readwrite", (doors) => doors.delete(date));
const wipeOver = async () => {
  for (const key of await stored("readonly", (doors) => doors.getAllKeys())) {
    const one = await stored("readonly", (doors) => doors.get(key));
    if (one.until < Date.now()) await stored("readwrite", (doors) => doors.delete(key));
  }
};
const reopen = async () => {
  await wipeOver();
  const one = await stored("readonly", (doors) => doors.get(date));
  if (!one) return;
  seal = one.seal;
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: one.nonce }, seal, one.sealed);
  roll = JSON.parse(new TextDecoder().decode(plain));
  show();
};

// --- who it is --------------------------------------------------------------------------------------------------------

const isGenuine = async (registration, code) => {
  const raw = Uint8Array.from(roll.key.match(/../g), (pair) => parseInt(pair, 16));
  const key = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const mark = new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(`${date}.${registration}`)));
  return code === Array.from(mark.slice(0, 8), (byte) => LETTERS[byte % LETTERS.length]).join("");
};
const letIn = async (registration, name) => {
  if (roll.came.includes(registration)) return tell("wait", `${say("already")} ${name}`);
  roll.came.push(registration);
  roll.queue.push({ id: registration, at: Date.now() });
  await keep();
  tell("good", `${say("in")} ${name}`);
  return send();
};
const read = async (text) => {
  const typed = text.trim().toUpperCase();
  if (!typed.startsWith("NJ1.")) {
    const known = roll.people.find((one) => one.code === typed);
    return known ? letIn(known.id, known.name) : tell("bad", say("unknown"));
  }
  const [, day, number, code] = typed.split(".");
  if (day !== date) return tell("bad", say("other"));
  if (!(await isGenuine(number, code))) return tell("bad", say("forged"));
  const known = roll.people.find((one) => one.id === number);
  return letIn(number, known ? known.name : say("new"));
};

// --- sending ----------------------------------------------------------------------------------------------------------

const post = (address, body) =>
  fetch(address, { method: "POST", body: new URLSearchParams(body), headers: { "X-CSRFToken": box.dataset.token } });
let sending = false;
const send = async () => {
  if (sending || !roll || !roll.queue.length) return show();
  sending = true;
  const lines = roll.queue.slice(0, 500);
  try {
    const answer = await post(box.dataset.back, { lines: JSON.stringify(lines) });
    if (answer.ok && !answer.redirected) {
      const told = (await answer.json()).lines;
      roll.queue = roll.queue.slice(lines.length);
      roll.conflicts.push(...told.filter((one) => one.what === "refused").map((one) => ({ id: one.id, said: one.said })));
      await keep();
    } else if (answer.headers.get("Content-Type") === "application/json") {
      tell("bad", (await answer.json()).said);
    } else {
      tell("bad", say("failed"));
    }
  } catch (lost) {
    // no network: what was noted stays in the queue
  }
  sending = false;
  return show();
};

// --- what is seen -----------------------------------------------------------------------------------------------------

const tell = (tone, sentence) => {
  part("said").className = `door-said ${tone}`;
  part("said").textContent = sentence;
  show();
};
const item = (text, button) => {
  const line = document.createElement("li");
  line.className = "item";
  const words = document.createElement("span");
  words.className = "item-main";
  words.textContent = text;
  line.append(words, ...(button ? [button] : []));
  return line;
};
// What the officer reads of one person: name, phone, team, and how many come along.
const describe = (one) =>
  [one.name, one.phone, one.team, one.along ? `${say("along")} ${one.along}` : ""].filter(Boolean).join(" ");
const nameOf = (registration) => {
  const known = roll.people.find((one) => one.id === registration);
  return known ? `${known.name} ${known.phone}` : `NJ1.${registration}`;
};
const show = () => {
  part("closed").hidden = Boolean(roll);
  part("opened").hidden = !roll;
  if (!roll) return;
  part("network").textContent = `${navigator.onLine ? say("online") : say("offline")} · ${say("list")} ${roll.people.length}`;
  part("queue").textContent = roll.queue.length ? `${say("waiting")} ${roll.queue.length}` : say("sent");
  part("conflicts").replaceChildren(...roll.conflicts.map((one) => item(`${nameOf(one.id)}: ${one.said}`)));
};
const find = () => {
  const typed = document.getElementById("door-typed").value.trim();
  const found = typed ? roll.people.filter((one) => one.name.startsWith(typed[0]) || one.phone.endsWith(typed)) : [];
  part("found").replaceChildren(...found.slice(0, SHOWN).map((one) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn";
    button.textContent = say("let");
    button.addEventListener("click", () => letIn(one.id, one.name));
    return item(describe(one), button);
  }));
};
const scan = async () => {
  const eyes = new BarcodeDetector({ formats: ["qr_code"] });
  const camera = part("camera");
  camera.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  camera.hidden = false;
  await camera.play();
  let last = "";
  const look = async () => {
    if (!roll || camera.hidden) return;
    const [seen] = await eyes.detect(camera).catch(() => []);
    if (seen && seen.rawValue !== last) {
      last = seen.rawValue;
      await read(last);
    }
    window.setTimeout(look, 250);
  };
  look();
};
const stop = () => {
  const camera = part("camera");
  if (camera.srcObject) camera.srcObject.getTracks().forEach((track) => track.stop());
  camera.hidden = true;
};

if (box) {
  does("open").addEventListener("click", async () => {
    try {
      const answer = await post(box.dataset.along, {});
      if (!answer.ok) throw new Error(String(answer.status));
      const told = await answer.json();
      seal = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
      roll = { ...told, came: told.people.filter((one) => one.in).map((one) => one.id), queue: [], conflicts: [] };
      await keep();
      show();
    } catch (lost) {
      part("intro").textContent = say("failed");
    }
  });
  does("close").addEventListener("click", async () => {
    await send();
    if (roll.queue.length) return;
    stop();
    await wipe();
    roll = null;
    part("said").textContent = "";
    show();
  });
  does("send").addEventListener("click", send);
  does("scan").addEventListener("click", () => scan().catch(() => tell("bad", say("failed"))));
  does("scan").hidden = !("BarcodeDetector" in window);
  part("typing").addEventListener("submit", (event) => {
    event.preventDefault();
    const typed = document.getElementById("door-typed");
    read(typed.value);
    typed.value = "";
    find();
  });
  document.getElementById("door-typed").addEventListener("input", find);
  window.addEventListener("online", send);
  window.addEventListener("offline", show);
  reopen().catch(() => { part("intro").textContent = say("failed"); });
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register(box.dataset.keeper).then(() => navigator.serviceWorker.ready).then((ready) => {
      if (ready.active) ready.active.postMessage(location.origin + location.pathname);
    }).catch(() => undefined);
  }
}
