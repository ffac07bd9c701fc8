{% load static %}// Without a signal: a page that says so, and a queue for forms. Version: {% static 'lapak.css' %} {% static 'lapak.js' %}
const SHELL = "lapak:{% static 'lapak.css' %}:{% static 'lapak.js' %}";
const OFFLINE = "{% url 'offline' %}";
// Never kept for later: signing in, joining, leaving for a platform's consent page.
const AT_ONCE = /^\/(masuk|keluar|gabung|staf|toko\/[^/]+\/(sambung|kembali))/;

addEventListener("install", (e) => e.waitUntil(caches.open(SHELL).then((c) => c.addAll([OFFLINE, "{% static 'lapak.css' %}", "{% static 'lapak.js' %}", "{% static 'mark.svg' %}"])).then(() => skipWaiting())));
addEventListener("activate", (e) => e.waitUntil(caches.keys().then((all) => Promise.all(all.filter((k) => k.startsWith("lapak:") && k !== SHELL).map((k) => caches.delete(k)))).then(() => clients.claim())));

const store = (mode) => new Promise((done, fail) => {
  const open = indexedDB.open("lapak", 1);
  open.onupgradeneeded = () => open.result.createObjectStore("forms", { keyPath: "id", autoIncrement: true });
  open.onsuccess = () => done(open.result.transaction("forms", mode).objectStore("forms"));
  open.onerror = () => fail(open.error);
});
const asked = (req) => new Promise((done, fail) => { req.onsuccess = () => done(req.result); req.onerror = () => fail(req.error); });
const all = async () => asked((await store("readonly")).getAll());
const put = async (row) => asked((await store("readwrite")).put(row));
const drop = async (id) => asked((await store("readwrite")).delete(id));

async function tell(more = {}) {
  const rows = await all();
  const news = { waiting: rows.filter((r) => !r.refused).length, refused: rows.filter((r) => r.refused).map((r) => ({ id: r.id, from: r.from })), ...more };
  for (const page of await clients.matchAll({ type: "window" })) page.postMessage(news);
}

let sending = false;
async function send() {
  if (sending) return;
  sending = true;
  let sent = 0;
  try {
    for (const row of await all()) { // getAll is in the order of the counter, the order of the presses
      if (row.refused) continue;
      const answer = await fetch(row.url, { method: "POST", body: row.body, headers: { "Content-Type": row.type, "Idempotency-Key": row.op }, credentials: "same-origin" });
      if (answer.status >= 500) break;
      if (answer.ok && !/^\/masuk/.test(new URL(answer.url).pathname)) { await drop(row.id); sent++; } else await put({ ...row, refused: true });
    }
  } catch { /* still no signal; the rows wait */ } finally { sending = false; }
  await tell(sent ? { sent } : {});
}

async function post(request) {
  const copy = request.clone();
  try { return await fetch(request); } catch {
    const body = await copy.blob();
    const text = await body.text();
    const op = (text.match(/(?:^|&)op=(\w+)/) || text.match(/name="op"\r\n\r\n(\w+)/) || [])[1];
    if (!op) return caches.match(OFFLINE);
    await put({ url: copy.url, from: copy.referrer || copy.url, type: copy.headers.get("Content-Type"), body, op });
    return Response.redirect(OFFLINE + "?antre=1", 303);
  }
}

addEventListener("fetch", (e) => {
  const { request } = e, url = new URL(request.url);
  if (url.origin !== location.origin || request.mode !== "navigate") return;
  if (request.method === "POST") { if (!AT_ONCE.test(url.pathname)) e.respondWith(post(request)); return; }
  e.respondWith(fetch(request).catch(() => caches.match(OFFLINE, { ignoreSearch: true })));
});
addEventListener("message", (e) => e.waitUntil(e.data === "send" ? send() : e.data === "list" ? tell().then(() => (navigator.onLine ? send() : 0)) : drop(e.data.drop).then(() => tell())));
