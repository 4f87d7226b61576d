// A sign-in link carries its token behind the #, which no server and no log ever sees.
const form = document.querySelector("#by-link");

function use() {
  const token = location.hash.slice(1);
  if (!form || token.length < 20) return;
  history.replaceState(null, "", location.pathname + location.search);
  form.elements.token.value = token;
  const working = document.querySelector("#working");
  working.textContent = working.dataset.words;
  form.submit();
}

document.querySelector("#insecure").hidden = isSecureContext;
addEventListener("hashchange", use);
use();
