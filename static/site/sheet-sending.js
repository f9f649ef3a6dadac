/* Saving and submitting a sheet. What waits goes first, so that the form finds it on the server; who has been signed out meanwhile
   is led to signing in. Beside sheet-typing.js. */
"use strict";

const { form, rows, flush, waiting, note } = Sheet;
let [going, leaving] = [false, false];

async function isThere() {
  const isStored = await flush();
  if (waiting().length && !isStored) return false;
  const still = await fetch(`${rows[0].dataset.url}${form.getAttribute("action")}&part=panel`, { redirect: "manual" }).catch(() => null);
  if (still && still.type !== "opaqueredirect") return true;
  note(still ? "signed-out" : "offline").hidden = false;
  return false;
}

form.addEventListener("submit", async (event) => {
  if (leaving) return;
  event.preventDefault();
  if (going) return; // one press sends once, however often it is pressed while that is under way
  const button = event.submitter && event.submitter.isConnected ? event.submitter : form.querySelector("[data-save]");
  going = true;
  going = await isThere();
  const asked = form.querySelector("[data-elsewhere] input[type=radio]"); // which of two windows is right: first that
  if (asked && button.name !== "discard") {
    going = false;
    return asked.focus();
  }
  if (!going) {
    const why = note("signed-out").hidden ? "offline" : "signed-out";
    const stored = form.querySelector("[data-stored]"); // beside the button that was pressed
    if (stored) stored.textContent = stored.getAttribute(`data-${why}`);
    return (note(why).querySelector("a") || button).focus();
  }
  leaving = form.inert = true; // what would be typed from now on would stay behind
  return setTimeout(() => form.requestSubmit(button)); // not while this event is still under way: it would be ignored
});
