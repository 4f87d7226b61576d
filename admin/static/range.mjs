// The date range: a plain form becomes a list box, two fields and a calendar of two months.
const LONGEST = 731;
const DAY = 86_400_000;
const NARROW = matchMedia("(max-width: 860px)");

export function dress() {
  const form = document.querySelector("#range:not([data-dressed])");
  if (!form) return;
  form.dataset.dressed = "";
  new Range(form);
}

class Range {
  constructor(form) {
    this.form = form;
    this.picker = form.querySelector(".picker");
    this.presets = form.querySelector(".presets");
    this.calendar = form.querySelector("calendar-range");
    this.problem = form.querySelector(".problem");
    this.fields = [form.elements.from, form.elements.to];
    this.before = this.fields.map((field) => field.value);
    this.listen();
    this.listBox();
    form.querySelector("[data-cancel]").hidden = false;
  }

  listen() {
    this.picker.addEventListener("toggle", () => this.picker.open && this.opened());
    this.calendar.addEventListener("change", () => this.show(...this.calendar.value.split("/")));
    for (const field of this.fields) field.addEventListener("change", () => this.typed());
    this.form.querySelector("[data-cancel]").addEventListener("click", () => this.cancel());
    this.form.addEventListener("submit", (event) => this.submit(event), true);
    this.form.addEventListener("htmx:configRequest", (event) => this.configure(event));
  }

  // Arrow keys move through the ranges and choose; the list is one stop of the Tab key.
  listBox() {
    const list = this.presets;
    list.setAttribute("role", "listbox");
    list.tabIndex = 0;
    for (const item of list.children) {
      item.setAttribute("role", "option");
      const words = document.createElement("span");
      words.textContent = item.textContent.trim();
      item.replaceChildren(words);
    }
    list.addEventListener("click", (event) => {
      const item = event.target.closest("li");
      if (item) this.choose(item);
    });
    list.addEventListener("keydown", (event) => this.arrow(event));
    this.mark(list.querySelector("[data-chosen=true]"));
  }

  arrow(event) {
    const items = [...this.presets.children];
    const at = items.findIndex((item) => item.dataset.chosen === "true");
    const to = {
      ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1,
      Home: 0, End: items.length - 1,
    }[event.key];
    if (event.key === "Enter") this.form.requestSubmit();
    if (to === undefined) return;
    event.preventDefault();
    this.choose(items[(to + items.length) % items.length]);
  }

  choose(item) {
    if ("custom" in item.dataset) this.mark(item);
    else this.show(item.dataset.first, item.dataset.last, item);
  }

  mark(chosen) {
    for (const item of this.presets.children) {
      item.dataset.chosen = String(item === chosen);
      item.setAttribute("aria-selected", String(item === chosen));
    }
    this.presets.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  show(first, last, item) {
    this.calendar.value = `${first}/${last}`;
    this.turn(last);
    [first, last].forEach((day, index) => { this.fields[index].value = written(day); });
    this.mark(item ?? this.named(first, last));
    this.check();
  }

  named(first, last) {
    const known = [...this.presets.children].filter((item) => !("custom" in item.dataset)
      && item.dataset.first === first && item.dataset.last === last);
    return known.at(-1) ?? this.presets.lastElementChild;
  }

  typed() {
    const days = this.check();
    if (days) this.show(...days);
  }

  // Returns both days if they are a range that a report covers; says what is wrong otherwise.
  check() {
    const days = this.fields.map((field) => iso(field.value));
    const words = this.problem.dataset;
    this.fields.forEach((field, index) => field.setAttribute("aria-invalid", String(!days[index])));
    const length = days.every(Boolean) ? (Date.parse(days[1]) - Date.parse(days[0])) / DAY + 1 : 0;
    let problem = "";
    if (!days.every(Boolean)) problem = words.day;
    else if (length < 1) problem = words.order;
    else if (length > LONGEST) problem = words.long;
    if (this.problem.textContent !== problem) this.problem.textContent = problem;
    return problem ? null : days;
  }

  async opened() {
    this.presets.focus({ preventScroll: true });
    await import("./cally.js");
    this.calendar.parentElement.hidden = false;
    this.turn(iso(this.fields[1].value) ?? this.form.dataset.today);
  }

  // Of the two months shown, the last day of the range stands in the second.
  turn(day) {
    this.calendar.months = NARROW.matches ? 1 : 2;
    this.calendar.focusedDate = NARROW.matches ? day : monthBefore(day);
  }

  cancel() {
    this.fields.forEach((field, index) => { field.value = this.before[index]; });
    const days = this.check();
    if (days) this.show(...days);
    this.picker.open = false;
    this.picker.querySelector("summary").focus();
  }

  submit(event) {
    if (this.check()) {
      this.picker.open = false;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    this.fields.find((field) => field.getAttribute("aria-invalid") === "true")?.focus();
  }

  // The address says days as ISO, whatever the reader types.
  configure(event) {
    const { parameters } = event.detail;
    [parameters.from, parameters.to] = this.check();
    if (parameters.zone === "program") delete parameters.zone;
  }
}

function iso(text) {
  const typed = text.trim().match(/^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/);
  const day = typed ? `${typed[3]}-${typed[2].padStart(2, "0")}-${typed[1].padStart(2, "0")}` : text.trim();
  const date = new Date(`${day}T00:00:00Z`);
  const valid = /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(+date) && date.toISOString().startsWith(day);
  return valid ? day : null;
}

function written(day) {
  return document.documentElement.lang === "vi" ? day.split("-").reverse().join("/") : day;
}

function monthBefore(day) {
  const [year, month] = day.split("-").map(Number);
  return new Date(Date.UTC(year, month - 2, 1)).toISOString().slice(0, 10);
}
