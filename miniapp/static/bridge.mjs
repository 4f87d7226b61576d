/* Telegram's public protocol between a page and the app around it, and nothing more of it than
   we use: core.telegram.org/api/web-events. Outside Telegram every call does nothing. */
const listeners = {};

const receive = (name, data) => (listeners[name] || []).forEach((hear) => hear(data || {}));

/** Tell the host something; a phone, an old desktop and a web client listen at different doors. */
export const post = (name, data = {}) => {
  if (window.TelegramWebviewProxy) {
    window.TelegramWebviewProxy.postEvent(name, JSON.stringify(data));
    return;
  }
  const message = JSON.stringify({ eventType: name, eventData: data });
  if (window.external && typeof window.external.notify === "function") window.external.notify(message);
  else if (window.parent !== window) window.parent.postMessage(message, "*"); // holds no secret
};

/** Call a function whenever the host says something by this name. */
export const on = (name, hear) => (listeners[name] = listeners[name] || []).push(hear);

/** Wait for one of several events of the host: its name and data. */
export const once = (...names) => new Promise((answer) => {
  names.forEach((name) => on(name, (data) => answer({ name, data })));
});

/** A short tap of the phone: "success", "error" or "warning". */
export const haptic = (kind) =>
  post("web_app_trigger_haptic_feedback", { type: "notification", notification_type: kind });

/** Show or hide the host's own Back button. */
export const back = (visible) => post("web_app_setup_back_button", { is_visible: visible });

/** Open a t.me address inside Telegram. */
export const openTelegram = (address) => {
  const { pathname, search } = new URL(address);
  post("web_app_open_tg_link", { path_full: pathname + search });
};

const hex = (colour) => "#" + colour.map((part) => part.toString(16).padStart(2, "0")).join("");

/** Give the host's frame the colours of the page. */
export const paintFrame = ({ page, surface }) => {
  post("web_app_set_header_color", { color: hex(page) });
  post("web_app_set_background_color", { color: hex(page) });
  post("web_app_set_bottom_bar_color", { color: hex(surface) });
};

const inset = (prefix) => ({ top = 0, bottom = 0 }) => {
  const { style } = document.documentElement;
  style.setProperty(`--${prefix}-top`, `${Number(top)}px`);
  style.setProperty(`--${prefix}-bottom`, `${Number(bottom)}px`);
};

/** Say that the page is there, ask for the whole height, and follow notches and bars. */
export const ready = () => {
  on("safe_area_changed", inset("safe"));
  on("content_safe_area_changed", inset("bar"));
  on("reload_iframe", () => { post("iframe_will_reload"); window.location.reload(); });
  post("iframe_ready", { reload_supported: true });
  post("web_app_ready");
  post("web_app_expand");
  post("web_app_request_safe_area");
  post("web_app_request_content_safe_area");
};

window.Telegram = window.Telegram || {};
window.Telegram.WebView = { receiveEvent: receive };
window.TelegramGameProxy = { receiveEvent: receive }; // older Android
window.TelegramGameProxy_receiveEvent = receive; // older desktop
window.addEventListener("message", (event) => {
  if (event.source !== window.parent || event.source === window) return;
  try {
    const { eventType, eventData } = JSON.parse(event.data);
    receive(eventType, eventData);
  } catch { /* someone else's message */ }
});
