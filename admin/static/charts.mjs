// Rings and their lists light up together; a day under the pointer says its numbers.
document.addEventListener("pointerover", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  light(target?.closest(".part [data-key]"));
  tell(target?.closest(".strip .day"));
});

function light(lit) {
  const key = lit?.dataset.key;
  const part = key && lit.closest(".part");
  for (const other of document.querySelectorAll(".part[data-lit]")) if (other !== part) dim(other);
  if (!part) return;
  part.dataset.lit = key;
  mark(part, key);
}

function dim(part) {
  delete part.dataset.lit;
  mark(part, null);
}

function mark(part, key) {
  for (const arc of part.querySelectorAll("circle[data-key]")) {
    arc.classList.toggle("lit", arc.dataset.key === key);
  }
  const row = part.querySelector(`tr[data-key="${key ?? 0}"]`);
  const words = part.querySelector(".ring p");
  if (!row || !words) return;
  words.children[0].textContent = row.dataset.share;
  words.children[1].textContent = row.querySelector("th").textContent.trim();
}

function tell(day) {
  const tip = document.querySelector(".strip .tip");
  if (!tip) return;
  tip.hidden = !day;
  if (!day) return;
  const [on, issued, used] = [tip.children[0], ...tip.querySelectorAll("span > span")];
  on.textContent = day.dataset.on;
  issued.textContent = day.dataset.issued;
  used.textContent = day.dataset.used;
  const strip = tip.parentElement.getBoundingClientRect();
  const box = day.querySelector(".hit").getBoundingClientRect();
  const half = tip.offsetWidth / 2;
  const middle = box.left + box.width / 2 - strip.left;
  tip.style.left = `${Math.min(Math.max(middle, half), strip.width - half)}px`;
}
