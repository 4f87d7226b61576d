/* Wires the page once its data is there: requests, moves between screens, and what may go wrong. */
import * as host from "./bridge.mjs";
import { copy, dwell, share } from "./deeds.mjs";
import { count, toast } from "./feedback.mjs";
import { keyOf, nameOf, renew, send, settle } from "./session.mjs";

const { Boot, htmx } = window;
const app = document.getElementById("app");
const root = document.documentElement;
const said = (kind) => Boot.note("words").querySelector(`[data-say="${kind}"]`).textContent;
const RETRY = 8000;
let balance = NaN, returning = null, retried = null, seen = Date.now(), knocking = 0;

/* ---- every request says who asks, and a write says which attempt it is ---- */
document.body.addEventListener("htmx:configRequest", ({ detail }) => {
  detail.headers.Authorization = `Bearer ${Boot.token}`;
  detail.headers["HX-Current-URL"] = location.pathname; // the address's hash holds a secret
  if (detail.verb !== "get") detail.headers["Idempotency-Key"] = keyOf(nameOf(detail.path, detail.formData));
});
document.body.addEventListener("htmx:beforeRequest", (event) => {
  const { requestConfig: { verb } } = event.detail;
  if (verb === "get" || navigator.onLine) return;
  event.preventDefault();
  offline();
  reveal(event.detail.elt);
});
document.body.addEventListener("htmx:afterRequest", ({ detail: { requestConfig, xhr } }) => {
  if (requestConfig.verb !== "get") settle(nameOf(requestConfig.path, requestConfig.formData), xhr.status);
  if (xhr.status && xhr.status !== 503) online();
});

/* ---- answers ---- */
document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const page = (detail.xhr.getResponseHeader("Content-Type") || "").startsWith("text/html");
  if (detail.xhr.status === 404 && page) { detail.shouldSwap = true; detail.isError = false; }
  balance = Number((document.getElementById("balance") || {}).value);
});
document.body.addEventListener("htmx:oobAfterSwap", ({ detail: { target } }) => {
  if (target.id === "toast") { toast("", "good"); host.haptic("success"); }
  if (target.id === "hero") count(document.getElementById("balance"), balance);
});
document.body.addEventListener("htmx:afterSwap", ({ detail }) => {
  const { target, requestConfig, pathInfo } = detail;
  if (target.id !== "app") return;
  const named = detail.xhr.getResponseHeader("X-Screen");
  const path = requestConfig.verb === "get" ? pathInfo.requestPath : Boot.app + (named || "");
  const moved = path.split("?")[0] !== location.pathname;
  if (!returning && path !== location.pathname + location.search) {
    history[moved ? "pushState" : "replaceState"](moved ? { inner: true } : history.state, "", path + location.hash);
  }
  root.classList.add("moved");
  seen = Date.now();
  arrive();
  if (moved || returning) scrollTo(0, (returning && returning.y) || 0);
  if (moved || returning) focusOn(app);
  returning = null;
});
document.body.addEventListener("htmx:afterSettle", ({ detail: { target } }) => {
  if (document.activeElement === document.body) focusOn(document.getElementById(target.id) || app);
});

/* ---- what goes wrong ---- */
document.body.addEventListener("htmx:responseError", async ({ detail }) => {
  const { elt, requestConfig, xhr } = detail;
  if (xhr.status === 401) { await again(elt, requestConfig); return; }
  if (xhr.status === 503 && requestConfig.verb === "get") { rest("maintenance"); return; }
  failed(elt, messageOf(xhr) || said("broken"));
});
document.body.addEventListener("htmx:sendError", ({ detail }) => { offline(); reveal(detail.elt); });
document.body.addEventListener("htmx:timeout", ({ detail }) => failed(detail.elt, said("slow")));

/* The same attempt once more, under the key that it had. */
const again = async (elt, { verb, path, formData }) => {
  const attempt = `${path}@${Boot.token}`;
  if (retried === attempt || !(await renew())) { Boot.forget(); Boot.show(Boot.proof ? "denied" : "outside"); return; }
  retried = `${path}@${Boot.token}`;
  if (elt === document.body) open(path);
  else htmx.ajax(verb.toUpperCase(), path, { source: elt, values: verb === "get" ? {} : Object.fromEntries(formData) });
};
const messageOf = (xhr) => {
  try { return JSON.parse(xhr.responseText).error.message; } catch { return ""; }
};
const failed = (elt, words) => {
  toast(words, "bad");
  host.haptic("error");
  reveal(elt);
};
/* A claim that was made by itself and failed can then be made by hand. */
const reveal = (elt) => elt.querySelectorAll("[data-by-hand]").forEach((button) => { button.hidden = false; });

/* What was seen last stays, with the hour it was true; nothing is sent until we are back. */
const rest = (kind) => {
  if (!app.querySelector("[data-screen]")) { if (kind !== "offline") Boot.show(kind); return; }
  if (!("offline" in root.dataset)) Boot.stale(seen, kind);
  lock();
};
const offline = () => {
  rest("offline");
  toast(said("offline"), "bad");
};
const online = () => {
  if (!("offline" in root.dataset)) return;
  delete root.dataset.offline;
  document.getElementById("strip").replaceChildren();
  lock();
};
const back = () => { online(); open(location.pathname + location.search); };
/* Nobody has to notice that the connection is back: we knock until somebody answers. */
const knock = async () => {
  knocking = 0;
  try {
    const answer = await fetch(`${Boot.api}/program`, { cache: "no-store" });
    if (answer.ok) { back(); return; }
  } catch { /* still away */ }
  lock();
};
const lock = () => {
  const away = "offline" in root.dataset;
  document.querySelectorAll("[data-write]").forEach((button) => {
    button.toggleAttribute("disabled", away);
    button.title = away ? said("waits") : "";
  });
  if (away && !knocking) knocking = setTimeout(knock, RETRY);
};
addEventListener("offline", offline);
addEventListener("online", back);

/* ---- moving between screens ---- */
const open = (path) => htmx.ajax("GET", path, { target: "#app", swap: "innerHTML" });
const focusOn = (place) => {
  const heading = place.querySelector("h1, h2");
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
};
const arrive = () => {
  const screen = app.querySelector("[data-screen]");
  if (!screen) return;
  root.lang = screen.lang;
  document.title = screen.dataset.title;
  host.back(location.pathname !== Boot.app);
  app.querySelectorAll("form[data-dwell]").forEach(dwell);
  lock();
};
addEventListener("popstate", ({ state }) => { returning = state || {}; open(location.pathname + location.search); });
document.body.addEventListener("htmx:beforeRequest", ({ detail: { requestConfig } }) => {
  if (requestConfig.verb === "get" && !returning) history.replaceState({ ...history.state, y: scrollY }, "");
});
/* Where the app was opened at an inner screen there is nothing to go back to but home. */
host.on("back_button_pressed", () => {
  if ((history.state || {}).inner) history.back();
  else open(Boot.app);
});

/* ---- taps that are not links ---- */
document.addEventListener("click", (event) => {
  const at = (what) => event.target.closest(what);
  if (at("[data-copy]")) copy(at("[data-copy]"));
  if (at("[data-share]")) share(at("[data-share]")).catch(offline);
  if (at("[data-ask-code]")) import("./door.mjs").then(({ enter }) => enter()).catch(() => toast(said("offline"), "bad"));
  if (at("[data-sign-out]")) signOut().catch(offline);
  if (at("a[data-telegram]") && Boot.host === "telegram") {
    event.preventDefault();
    host.openTelegram(at("a[data-telegram]").href);
  }
});

const signOut = async () => {
  await send("DELETE", `${Boot.api}/session`);
  Boot.forget();
  Boot.show("outside");
};

/* The next opening paints what was seen last. */
document.addEventListener("visibilitychange", () => {
  const home = app.querySelector('[data-screen="home"]');
  if (document.visibilityState === "hidden" && home && !("offline" in root.dataset)) Boot.remember(app.innerHTML);
});

host.on("theme_changed", ({ theme_params: theme }) => host.paintFrame(Boot.dress(theme)));
host.ready();
host.paintFrame(Boot.look);
Boot.ready.then(() => {
  htmx.process(app);
  arrive();
  root.dataset.wired = "";
});
