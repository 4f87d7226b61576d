/* What a customer does besides tapping links: stay with a page, copy, share. */
import * as host from "./bridge.mjs";
import { keyOf, nameOf, settle } from "./session.mjs";
import { toast } from "./feedback.mjs";

const { Boot } = window;

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
  const path = button.dataset.share, request = nameOf(path, {});
  const answer = await fetch(path, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${Boot.token}`,
      "Content-Type": "application/json",
      "Idempotency-Key": keyOf(request),
    },
    body: "{}",
  });
  settle(request, answer.status);
  const made = await answer.json();
  if (!answer.ok) { toast(made.error.message, "bad"); return; }
  if (made.prepared_message_id && Boot.version >= 8) await sendCard(button, made);
  else await sendLink(button, made);
};

const sendCard = async (button, { prepared_message_id: id, evidence }) => {
  const told = host.once("prepared_message_sent", "prepared_message_failed");
  host.post("web_app_send_prepared_message", { id });
  if ((await told).name !== "prepared_message_sent") { toast(button.dataset.unsent); return; }
  const form = document.getElementById("share-claim");
  if (!form) return;
  form.elements.evidence.value = evidence;
  window.htmx.trigger(form, "shared");
};

const sendLink = async (button, { url, text }) => {
  if (Boot.host === "telegram") {
    host.openTelegram(`https://t.me/share/url?${new URLSearchParams({ url, text })}`);
  } else if (navigator.share) {
    try { await navigator.share({ url, text }); } catch { toast(button.dataset.unsent); return; }
  } else {
    await navigator.clipboard.writeText(url);
  }
  toast(button.dataset.later);
};
