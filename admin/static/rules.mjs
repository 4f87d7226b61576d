// What a rule would mean is shown while it is typed; without this the second button shows it.
const form = document.querySelector("#rule");
const WAIT = 300;
let timer = 0;
let latest = 0;

async function look() {
  const asked = ++latest;
  const body = new URLSearchParams(new FormData(form));
  document.querySelector("#preview").setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(`${form.action}/preview`, { method: "POST", body });
    // What cannot be saved means nothing yet: the last answer stays.
    if (answer.ok && asked === latest) {
      document.querySelector("#preview").outerHTML = await answer.text();
    }
  } catch {
    // Away for a moment; the button is still there.
  }
  document.querySelector("#preview").removeAttribute("aria-busy");
}

form?.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(look, WAIT);
});
