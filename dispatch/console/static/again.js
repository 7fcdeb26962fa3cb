// A page that waits for something looks again by itself: every so many seconds, while it is seen and nobody is typing.
const seconds = Number(document.querySelector("script[data-again]")?.dataset.again ?? 0);
const TYPING = "input:not([type=hidden]), textarea, select";

function busy() {
  const at = document.activeElement;
  const typed = [...document.querySelectorAll("main form input[type=password], main form textarea")].some((one) => one.value);
  return document.hidden || typed || (at !== null && at.matches(TYPING));
}

if (seconds > 0) {
  setInterval(() => {
    if (!busy()) location.reload();
  }, seconds * 1000);
}
