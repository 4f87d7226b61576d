/* What the page says back: a toast that is also read aloud, and a balance that counts. */
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const SHOWN = 4500, COUNTED = 700;
let hiding = 0;

/** Show the toast that the server's answer has put in place, or words of our own. */
export const toast = (words, kind = "") => {
  const place = document.getElementById("toast");
  if (words) {
    const line = document.createElement("p");
    line.textContent = words;
    place.replaceChildren(line);
  }
  place.className = `toast on ${kind}`;
  clearTimeout(hiding);
  hiding = setTimeout(() => { place.className = "toast"; }, SHOWN);
};

/** Let a number run from what was shown to what is true; the truth is already in the page. */
export const count = (place, from) => {
  const to = Number(place.value);
  if (calm.matches || from === to || Number.isNaN(from)) return;
  const tongue = place.closest("[lang]").lang;
  const digits = new Intl.NumberFormat(tongue === "vi" ? "vi-VN" : "en-US");
  const truth = place.textContent;
  const begun = performance.now();
  const step = (now) => {
    const share = Math.min((now - begun) / COUNTED, 1);
    const eased = 1 - (1 - share) ** 3;
    place.textContent = share < 1
      ? digits.format(Math.round(from + (to - from) * eased)).replace("-", "\u2212")
      : truth;
    if (share < 1 && place.isConnected) requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
};
