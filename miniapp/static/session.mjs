/* Who is asking, and which attempt this is. */
const { Boot } = window;
const attempts = {};

/** The same tap keeps its key until it has a final answer, also across a reload. */
export const keyOf = (request) => {
  const kept = attempts[request] || Boot.visit.get(`key:${request}`);
  const key = kept || fresh();
  attempts[request] = key;
  Boot.visit.set(`key:${request}`, key);
  return key;
};

/** Forget a key once its request was answered for good. */
export const settle = (request, status) => {
  const open = status === 0 || status === 401 || status === 408 || status === 429 || status >= 500;
  if (open) return;
  delete attempts[request];
  Boot.visit.drop(`key:${request}`);
};

/** Names a write: where it goes and what it says. */
export const nameOf = (path, parameters) => `${path}?${new URLSearchParams(parameters)}`;

const fresh = () => {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(16)).join("-");
};

/** Send a write of our own and return its answer; a session that is over is renewed once, and the
 * same attempt goes again under the same key. */
export const send = async (method, path, body) => {
  const name = nameOf(path, body || {}), key = keyOf(name);
  const attempt = () => fetch(path, {
    method,
    headers: {
      Authorization: `Bearer ${Boot.token}`,
      "Content-Type": "application/json",
      "Idempotency-Key": key,
    },
    body: JSON.stringify(body || {}),
  });
  let answer = await attempt();
  if (answer.status === 401 && await renew()) answer = await attempt();
  settle(name, answer.status);
  return answer;
};

let renewing = null;

/** Sign in again with what the host gave us, once at a time; false when that is too old too. */
export const renew = () => {
  renewing = renewing || signIn().finally(() => { renewing = null; });
  return renewing;
};

const signIn = async () => {
  if (!Boot.proof) return false;
  const answer = await fetch(`${Boot.api}/session`, {
    method: "POST",
    headers: { Authorization: `tma ${Boot.proof}`, "Content-Type": "application/json" },
    body: "{}",
  });
  if (!answer.ok) return false;
  Boot.token = (await answer.json()).token;
  return true;
};
