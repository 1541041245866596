// Keeps the pages of its own folder, and what they are made of, for when there is no network. Addresses with a question
// mark are not kept (they hold names that were asked for), nor is anything older than two weeks.
const STORE = "niangjia-door-1";
const KEPT = 14 * 24 * 3600 * 1000;
const inScope = (url) => url.href.startsWith(self.registration.scope) || url.pathname.startsWith("/static/");
const keep = async (request, answer) => {
  if (!answer.ok || answer.redirected) return answer;
  const copy = answer.clone();
  const headers = new Headers(copy.headers);
  headers.set("X-Kept-At", String(Date.now()));
  headers.delete("Vary");
  const store = await caches.open(STORE);
  await store.put(request.url, new Response(await copy.blob(), { status: 200, headers }));
  return answer;
};
const kept = async (request) => {
  const store = await caches.open(STORE);
  const found = await store.match(request.url, { ignoreVary: true });
  if (!found) return Response.error();
  if (Date.now() - Number(found.headers.get("X-Kept-At")) > KEPT) {
    await store.delete(request.url);
    return Response.error();
  }
  return found;
};
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin || url.search || !inScope(url)) return;
  if (event.request.headers.get("X-Part")) return;
  event.respondWith(fetch(event.request).then((answer) => keep(event.request, answer), () => kept(event.request)));
});
// The first page was loaded before this script could see it: it asks to be kept with what it is made of.
self.addEventListener("message", (event) => {
  const page = String(event.data);
  if (!page.startsWith(self.registration.scope) || page.includes("?")) return;
  event.waitUntil((async () => {
    const answer = await fetch(page);
    const text = await answer.clone().text();
    await keep(new Request(page), answer);
    const parts = [...text.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map((found) => new URL(found[1], page).href);
    await Promise.all([...new Set(parts)].map(async (part) => keep(new Request(part), await fetch(part))));
  })().catch(() => undefined));
});
