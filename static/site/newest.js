/* On pages of work: one that the browser kept is of before the step that was taken since, so it is asked for again. */
"use strict";

addEventListener("pageshow", (event) => event.persisted && location.reload());
