// A request that changes something carries this session's token.
export function send(path, body = {}) {
  const csrf = document.querySelector('meta[name="csrf"]').content;
  return fetch(path, { method: "POST", headers: { "Content-Type": "application/json", "X-CSRF": csrf }, body: JSON.stringify(body) });
}
