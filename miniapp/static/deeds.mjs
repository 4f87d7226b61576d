/* What a customer does besides tapping links: stay with a page, copy, share. */
import * as host from "./bridge.mjs";
import { send } from "./session.mjs";
import { toast } from "./feedback.mjs";

const { Boot } = window;
const RIPE_MAX = 10_000;

/** Count the visible seconds of a page and then claim what staying earns. */
export const dwell = (form) => {
  const whole = Number(form.dataset.dwell), left = form.querySelector("[data-left]");
  const arc = form.querySelector("[data-arc]"), round = Number(arc.getAttribute("stroke-dasharray"));
  let seen = 0;
  const tick = setInterval(() => {
    if (!form.isConnected) { clearInterval(tick); return; }
    if (document.visibilityState !== "visible") return;
    seen += 0.25;
    arc.style.strokeDashoffset = round * (1 - Math.min(seen / whole, 1));
    if (left) left.textContent = Math.max(Math.ceil(whole - seen), 0);
    if (seen < whole + 0.5) return;
    clearInterval(tick);
    form.classList.add("over");
    window.htmx.trigger(form, "dwelt");
  }, 250);
};

/** Copy a text, also where the clipboard is closed to frames. */
export const copy = async (button) => {
  const field = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    field.focus();
    field.select();
    document.execCommand("copy");
    button.focus();
  }
  toast(button.dataset.said);
  host.haptic("success");
};

/** Send a prepared card to a friend, or the plain link where cards are not possible. */
export const share = async (button) => {
  const answer = await send("POST", button.dataset.share);
  const made = await answer.json();
  if (!answer.ok) { toast(made.error.message, "bad"); return; }
  tell(button, "");
  made.ripe = performance.now() + Math.min(Math.max(new Date(made.claim_after) - new Date(answer.headers.get("Date")), 0) || 0, RIPE_MAX);
  if (made.prepared_message_id && Boot.atLeast(8)) await sendCard(button, made);
  else await sendLink(button, made);
};

/* Only the host knows whether a card left: no word of it, no points. */
const sendCard = async (button, made) => {
  const told = host.once("prepared_message_sent", "prepared_message_failed");
  host.post("web_app_send_prepared_message", { id: made.prepared_message_id });
  const { name, data: { error } } = await told;
  if (name !== "prepared_message_sent") {
    if (error === "USER_DECLINED") tell(button, "unsent");
    else byHand(button, made);
    return;
  }
  const form = document.getElementById("share-claim");
  if (!form) { tell(button, "sent"); return; }
  form.elements.evidence.value = made.evidence;
  // Somebody may be quicker than a share counts from.
  setTimeout(() => window.htmx.trigger(form, "shared"), Math.max(made.ripe - performance.now(), 0));
};

const sendLink = async (button, made) => {
  if (Boot.host !== "telegram" && navigator.share) {
    try { await navigator.share({ url: made.url, text: made.text }); } catch { tell(button, "unsent"); return; }
    tell(button, "later");
    return;
  }
  byHand(button, made);
  if (Boot.host === "telegram") host.openTelegram(inTelegram(made));
};

const inTelegram = ({ url, text }) => `https://t.me/share/url?${new URLSearchParams({ url, text })}`;

/* No card can be sent from here: the link itself, to copy or to send as plain words. */
const byHand = (button, made) => {
  const hand = document.getElementById("share-hand");
  hand.querySelector("input").value = made.url;
  hand.querySelector("a").href = inTelegram(made);
  hand.hidden = false;
  tell(button, "hand");
};

/* A toast is gone in seconds; what became of a share stays in sight. */
const tell = (button, what) => {
  const line = document.getElementById("share-said");
  line.textContent = what ? button.dataset[what] : "";
  line.hidden = !what;
  if (what) toast(line.textContent);
};
