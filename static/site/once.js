/* A form is sent once, though its button is pressed twice: the second time would find done what the first did, or do it again. */
"use strict";

(() => {
  const PAUSE = 3000; // milliseconds: later it is meant, by who has stopped waiting
  const sent = new WeakMap(); // forms, and when

  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.target.getAttribute("method")?.toLowerCase() !== "post") return;
    if (event.timeStamp - (sent.get(event.target) ?? -PAUSE) < PAUSE) event.preventDefault();
    else sent.set(event.target, event.timeStamp);
  });
})();
