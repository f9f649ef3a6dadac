/* The page of a conflict: says at once what will be saved. The page works without it. Hooked on data- attributes. */
"use strict";

for (const form of document.querySelectorAll("[data-conflict]")) {
  const will = form.querySelector("[data-will]");
  const places = [...will.children];

  form.addEventListener("change", () => {
    [...form.querySelectorAll("[data-line]")].forEach((line, index) => {
      const chosen = line.querySelector("input:checked");
      if (!chosen) return;
      line.classList.remove("unsettled");
      places[index].classList.remove("unsettled");
      const option = chosen.closest("label");
      places[index].querySelector("b").textContent = option.querySelector("[data-text]").textContent;
    });
  });
}
