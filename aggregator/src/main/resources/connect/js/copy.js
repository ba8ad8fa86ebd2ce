// Copying, the one thing the page cannot do without a script.
"use strict";
const told = document.getElementById("told");
let fading;

function tell(words) {
  told.textContent = words;
  told.classList.add("seen");
  clearTimeout(fading);
  fading = setTimeout(() => { told.classList.remove("seen"); told.textContent = ""; }, 6000);
}

function select(element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}

for (const button of document.querySelectorAll("button[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.textContent);
      tell(told.dataset.copied);
    } catch {
      select(source);
      source.focus();
      tell(told.dataset.byHand);
    }
  });
}
