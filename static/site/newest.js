/* On pages of work: one that the browser kept is of before the step that was taken since, so it is asked for again. */
"use strict";

addEventListener("pageshow", (event) => event.persisted && location.reload());

// Where a form was answered with its page, as with something to correct, back and loading again ask for the page: nothing is
// sent a second time, and no browser asks whether to. What was typed into a sheet is on the server.
history.replaceState(history.state, "", location.href);
