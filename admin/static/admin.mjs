import "./charts.mjs";
import { dress } from "./range.mjs";

const main = () => document.querySelector("#main");

// Menus: Escape and a press elsewhere close what is open; Escape gives the focus back.
function open() {
  return [...document.querySelectorAll("details[data-closes][open]")];
}
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const details of open()) {
    details.open = false;
    details.querySelector("summary").focus();
  }
});
document.addEventListener("pointerdown", (event) => {
  for (const details of open()) if (!details.contains(event.target)) details.open = false;
});
document.addEventListener("focusin", (event) => {
  for (const details of open()) if (!details.contains(event.target)) details.open = false;
});

// Another range: the page's content is replaced, the reader stays where they were.
document.addEventListener("htmx:beforeRequest", () => {
  main().setAttribute("aria-busy", "true");
  main().classList.add("htmx-request");
});
document.addEventListener("htmx:afterRequest", () => {
  main().removeAttribute("aria-busy");
  main().classList.remove("htmx-request");
});
document.addEventListener("htmx:afterSettle", () => {
  dress();
  const chosen = document.querySelector(".picker .chosen");
  if (!chosen) return;
  chosen.closest("summary").focus({ preventScroll: true });
  document.querySelector("#live").textContent = chosen.textContent;
});

// What went wrong is said above what the reader already had.
function trouble() {
  document.querySelector("#main > .banner")?.remove();
  main().prepend(document.querySelector("#trouble").content.cloneNode(true));
  document.querySelector("[data-again]").addEventListener("click", () => {
    document.querySelector("#range").requestSubmit();
  });
}
document.addEventListener("htmx:sendError", trouble);
document.addEventListener("htmx:timeout", trouble);
document.addEventListener("htmx:responseError", (event) => {
  const { xhr, requestConfig } = event.detail;
  // Signed out, forbidden or not valid: the server has a page that says so.
  if (xhr.status < 500) location.assign(address(requestConfig));
  else trouble();
});
function address({ path, formData }) {
  return `${path.split("?")[0]}?${new URLSearchParams(formData)}`;
}

// On a phone the tab of this page may stand beyond the edge.
for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
  tab.parentElement.scrollLeft = tab.offsetLeft - (tab.parentElement.clientWidth - tab.offsetWidth) / 2;
}
dress();
