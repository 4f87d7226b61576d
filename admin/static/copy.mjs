// Buttons that copy what is shown once; without a clipboard there is no button.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    const lines = [...source.querySelectorAll("li")].map((line) => line.textContent);
    await navigator.clipboard.writeText(source.value ?? (lines.join("\n") || source.textContent.trim()));
    button.querySelector("span").textContent = button.dataset.copied;
    document.querySelector("#live").textContent = button.dataset.copied;
  });
}
