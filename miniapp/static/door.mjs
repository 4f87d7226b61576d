/* The way in for a browser outside the chat: it shows a number and waits for its person's word. */
import { toast } from "./feedback.mjs";

const { Boot } = window;
const PAUSE = 2500;

/** Ask for a number, show it, and go in once it was picked in the chat. */
export const enter = async () => {
  const answer = await fetch(`${Boot.app}/sign-in/code`, { method: "POST" });
  if (!answer.ok) { toast((await answer.json()).error.message, "bad"); return; }
  const app = document.getElementById("app");
  app.innerHTML = await answer.text();
  const screen = app.querySelector("[data-screen]");
  document.title = screen.dataset.title;
  const heading = app.querySelector("h1");
  heading.tabIndex = -1;
  heading.focus();
  wait(screen, answer.headers.get("X-Code-Token"));
};

const pass = (token) => ({ Authorization: `code ${token}` });

const wait = (screen, token) => setTimeout(async () => {
  if (!screen.isConnected) return;
  if (document.visibilityState !== "visible") { wait(screen, token); return; }
  let state = "waiting";
  try {
    const answer = await fetch(`${Boot.api}/sign-in-codes`, { headers: pass(token) });
    if (answer.ok) ({ state } = await answer.json());
  } catch { /* asked again in a moment */ }
  if (state === "waiting") wait(screen, token);
  else if (state === "over" || !(await goIn(token))) end(screen);
}, PAUSE);

/* The number is worth nothing any more: it goes, and its reader may begin again. */
const end = (screen) => {
  const main = screen.querySelector("main"), heading = main.querySelector("h1");
  main.className = "over";
  heading.textContent = main.dataset.over;
  main.querySelector("[data-code-state]").textContent = main.dataset.overWhy;
  heading.tabIndex = -1;
  heading.focus();
};

const goIn = async (token) => {
  const answer = await fetch(`${Boot.api}/session`, {
    method: "POST",
    headers: { ...pass(token), "Content-Type": "application/json" },
    body: "{}",
  });
  if (!answer.ok) return false;
  Boot.token = (await answer.json()).token;
  window.htmx.ajax("GET", Boot.app, { target: "#app", swap: "innerHTML" });
  return true;
};
