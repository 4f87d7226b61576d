/* Runs inside the shell before anything is painted: the colours, who is here, and the one
   request that brings the data. Everything else waits for app.mjs. */
(() => {
  "use strict";
  const root = document.documentElement;
  const app = root.dataset.app, api = root.dataset.api;
  const hash = new URLSearchParams(location.hash.slice(1));

  /* Storage is refused in some frames: then we simply remember nothing. */
  const box = (name) => ({
    get(key) { try { return JSON.parse(window[name].getItem(app + ":" + key)); } catch { return null; } },
    set(key, value) { try { window[name].setItem(app + ":" + key, JSON.stringify(value)); } catch { /* full or refused */ } },
    drop(key) { try { window[name].removeItem(app + ":" + key); } catch { /* refused */ } },
  });
  const visit = box("sessionStorage"), device = box("localStorage");

  /* ---- colours: the host's, moved no further than reading needs ---- */
  const WHITE = [255, 255, 255], BLACK = [0, 0, 0];
  const rgb = (text) => {
    const found = /^#?([0-9a-f]{6}|[0-9a-f]{3})$/i.exec(text || "");
    if (!found) return null;
    const six = found[1].length === 3 ? found[1].replace(/./g, "$&$&") : found[1];
    return [0, 2, 4].map((at) => parseInt(six.slice(at, at + 2), 16));
  };
  const luminance = (colour) => {
    const [r, g, b] = colour.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const mix = (from, to, share) => from.map((part, i) => Math.round(part + (to[i] - part) * share));
  const moved = (colour, goal, against, least) => {
    let made = colour;
    for (let share = 0; share <= 1.001; share += 0.04) {
      made = mix(colour, goal, Math.min(share, 1));
      if (against.every((ground) => contrast(made, ground) >= least)) break;
    }
    return made;
  };

  const repaired = (theme, brand) => {
    const back = rgb(theme.bg_color) || WHITE;
    const grounds = [rgb(theme.section_bg_color) || back, rgb(theme.secondary_bg_color) || back];
    const worst = (ink) => Math.min(...grounds.map((ground) => contrast(ink, ground)));
    const dark = worst(WHITE) > worst(BLACK);
    const ink = dark ? WHITE : BLACK, paper = dark ? BLACK : WHITE;
    let [page, surface] = grounds
      .map((ground) => moved(ground, paper, [ink], 8.5))
      .sort((a, b) => luminance(a) - luminance(b));
    if (contrast(page, surface) < 1.08) {
      if (dark) surface = mix(page, WHITE, 0.08);
      else page = mix(surface, BLACK, 0.05);
    }
    const track = mix(surface, ink, 0.08), all = [page, surface, track];
    const text = moved(rgb(theme.text_color) || ink, ink, all, 7);
    const hint = rgb(theme.subtitle_text_color) || rgb(theme.hint_color) || mix(surface, ink, 0.55);
    /* On paper a colour is deepened before it is blackened, or amber would turn to mud. */
    const deep = (colour) => colour.map((part) => part - Math.min(...colour));
    const legible = (colour, against, least) =>
      moved(dark ? colour : moved(colour, deep(colour), against, least), ink, against, least);
    const tinted = (colour, share) => {
      const soft = mix(surface, colour, share);
      return [legible(colour, [...all, soft], 4.6), soft];
    };
    const [accent, accentSoft] = tinted(rgb(dark ? brand.accentDark : brand.accent), dark ? 0.16 : 0.12);
    const amber = rgb(brand.gold), [gold, goldSoft] = tinted(amber, dark ? 0.17 : 0.22);
    const [danger, dangerSoft] = tinted(rgb(dark ? "#ff8a7a" : "#b3372a"), 0.12);
    const label = contrast(WHITE, accent) >= 4.6 ? WHITE : moved(mix(accent, BLACK, 0.8), BLACK, [accent], 4.6);
    return {
      dark, page, surface, text, track, accent, gold, danger, label,
      muted: moved(hint, text, all, 4.6),
      "accent-soft": accentSoft, "gold-soft": goldSoft, "danger-soft": dangerSoft,
      "gold-line": legible(amber, [surface, goldSoft], 3),
      line: mix(surface, text, dark ? 0.15 : 0.1),
    };
  };

  const plain = matchMedia("(prefers-color-scheme: dark)");
  const NIGHT = { bg_color: "#000000", secondary_bg_color: "#000000", section_bg_color: "#1c1c1d", text_color: "#ffffff", hint_color: "#a2a2a8" };
  const DAY = { bg_color: "#ffffff", secondary_bg_color: "#efeff4", text_color: "#101312", hint_color: "#62666a" };
  const dress = (theme) => {
    const made = repaired(theme && theme.bg_color ? theme : plain.matches ? NIGHT : DAY, root.dataset);
    root.dataset.theme = made.dark ? "dark" : "light";
    Object.keys(made).forEach((name) => {
      if (name !== "dark") root.style.setProperty("--" + name, "rgb(" + made[name].join(" ") + ")");
    });
    return made;
  };
  let theme = null;
  try { theme = JSON.parse(hash.get("tgWebAppThemeParams")); } catch { /* not a host's address */ }
  theme = theme || visit.get("theme");
  if (theme) visit.set("theme", theme);
  else plain.addEventListener("change", () => dress(null));
  const look = dress(theme);

  /* ---- who is here ---- */
  const handed = hash.get("tgWebAppData") || "", link = hash.get("signin") || "";
  if (link) visit.drop("proof");
  const proof = handed || visit.get("proof") || "";
  let session = handed || link ? null : visit.get("session");
  if (handed) visit.set("proof", handed);
  if (link) {
    history.replaceState(null, "", location.pathname + location.search);
  }
  let person = {};
  try { person = JSON.parse(new URLSearchParams(proof).get("user")) || {}; } catch { /* unsigned hint only */ }
  const pass = handed ? "tma " + handed
    : link ? "link " + link
    : proof ? "tma " + proof
    : session ? "Bearer " + session.token : "";
  const host = proof ? "telegram" : "browser";
  const version = hash.get("tgWebAppVersion") || visit.get("version") || "";
  if (version) visit.set("version", version);
  /* Versions are counted, not measured: 6.10 is newer than 6.9. */
  const [major, minor] = String(version).split(".").map(Number);
  const atLeast = (least, then = 0) => major > least || (major === least && (minor || 0) >= then);
  root.dataset.host = host;

  /* ---- one request: sign in and see ---- */
  let named = null;
  const keep = (answer) => {
    const token = answer.headers.get("X-Session-Token");
    if (!token) return;
    session = { token, expires: answer.headers.get("X-Session-Expires") };
    visit.set("session", session);
  };
  const read = (answer) => {
    if (!answer.ok) throw answer.status;
    return answer.text();
  };
  const start = () => {
    const param = hash.get("tgWebAppStartParam") || new URLSearchParams(location.search).get("tgWebAppStartParam");
    return fetch(app + "/start", {
      method: "POST",
      headers: { Authorization: pass, "Content-Type": "application/json" },
      body: JSON.stringify(param ? { start_param: param } : {}),
    }).then((answer) => { keep(answer); named = answer.headers.get("X-Screen"); return read(answer); });
  };
  const isHome = () => location.pathname.replace(/\/$/, "") === app;
  /* A launch that names a screen opens it once; a reload stays where its reader is. */
  const move = () => {
    const launch = (proof || pass).slice(-64);
    if (!named || visit.get("placed") === launch) return;
    visit.set("placed", launch);
    history.replaceState({}, "", app + location.hash);
    history.pushState({ inner: true }, "", app + named + location.hash);
  };
  const deeper = (html) => {
    if (/data-screen="welcome"/.test(html)) return html;
    if (isHome()) move();
    if (isHome()) return html;
    return fetch(location.pathname + location.search, { headers: { Authorization: "Bearer " + session.token, "HX-Request": "true" } })
      .then((answer) => (answer.status === 404 ? answer.text() : read(answer)));
  };
  const first = !pass ? Promise.reject(hash.get("login") === "refused" ? "refused" : "outside")
    : host === "telegram" && version && !atLeast(6, 1) ? Promise.reject("old")
    : start().then(deeper);
  first.catch(() => {}); /* told by paint */

  /* ---- what is painted, and when there is nothing to paint ---- */
  const FRESH = 72 * 3600e3, HOME = "home:" + (person.id || "");
  const remember = (html) => { if (person.id) device.set(HOME, { at: Date.now(), html }); };
  const forget = () => { device.drop(HOME); visit.drop("session"); session = null; };
  const words = () => {
    const said = document.querySelector("#app [data-screen]");
    const mine = (said && said.lang) || (person.language_code || root.lang).slice(0, 2);
    return document.getElementById("notes-" + mine) || document.getElementById("notes-" + root.lang);
  };
  const noteFor = (reason) => {
    if (typeof reason === "string") return reason;
    if (reason === 401 || reason === 403) return link ? "used" : host === "browser" ? "outside" : "denied";
    if (reason === 503) return "maintenance";
    return typeof reason === "number" ? "broken" : "offline";
  };
  /* What ends by itself; nobody all at once. */
  const PASSING = ["offline", "maintenance"];
  const note = (kind) => words().content.querySelector('[data-note="' + kind + '"]').cloneNode(true);
  const show = (kind) => {
    const place = document.getElementById("app");
    place.replaceChildren(note(kind));
    place.removeAttribute("aria-busy");
    document.title = place.querySelector("h1").textContent;
    if (PASSING.includes(kind)) setTimeout(() => location.reload(), 15e3 * (1 + Math.random()));
  };
  const stale = (at, kind) => {
    const strip = note("strip");
    if (kind === "maintenance") strip.querySelector("b").textContent = note(kind).querySelector("h1").textContent;
    const when = strip.querySelector("time");
    when.dateTime = new Date(at).toISOString();
    const seen = new Date(at), tongue = words().lang, clock = { hour: "2-digit", minute: "2-digit" };
    when.textContent = seen.toLocaleTimeString(tongue, clock)
      + (seen.toDateString() === new Date().toDateString() ? "" : ", " + seen.toLocaleDateString(tongue));
    document.getElementById("strip").replaceChildren(strip);
    document.getElementById("app").removeAttribute("aria-busy");
    root.dataset.offline = "";
  };
  const paint = () => {
    const place = document.getElementById("app");
    const kept = person.id ? device.get(HOME) : null;
    const fresh = kept && Date.now() - kept.at < FRESH, usable = fresh && isHome();
    if (usable) place.innerHTML = kept.html;
    place.addEventListener("click", (event) => {
      if (place.getAttribute("aria-busy") && !event.target.closest("[data-reload]")) event.preventDefault();
    }, true);
    Boot.ready = first.then((html) => {
      if (!usable || kept.html !== html) place.innerHTML = html;
      if (place.querySelector('[data-screen="home"]')) remember(html);
      place.removeAttribute("aria-busy");
      performance.mark("data-shown");
      return true;
    }).catch((reason) => {
      const kind = noteFor(reason);
      if (fresh && [...PASSING, "broken"].includes(kind)) {
        if (!isHome()) history.replaceState({}, "", app + location.hash);
        if (!usable) place.innerHTML = kept.html;
        stale(kept.at, kind);
      } else {
        if (!PASSING.includes(kind)) forget();
        show(kind);
      }
      return false;
    });
  };
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-reload]")) location.reload();
  });

  window.Boot = {
    app, api, host, atLeast, look, proof, paint, dress, repaired, remember, forget, show, note, stale, visit,
    get token() { return session ? session.token : ""; },
    set token(made) { session = { token: made }; visit.set("session", session); },
  };
})();
