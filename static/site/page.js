/* On every page: panels and menus close as one expects, "/" leads to the search, heads of tables that fit stay in the window.
   Without it panels are closed where they were opened, and a long table scrolls in a region of its own. */
"use strict";

(() => {
  const panels = () => document.querySelectorAll("details.picker[open], details.menu[open], details.pickm[open]");

  function close(panel, refocus) {
    panel.open = false;
    if (refocus) panel.querySelector("summary").focus();
  }

  document.addEventListener("toggle", (event) => {
    if (!event.target.open || !event.target.matches("details.picker, details.menu, details.pickm")) return;
    panels().forEach((panel) => panel !== event.target && !panel.contains(event.target) && close(panel));
  }, true);

  // not sooner: what closes moves what is below it, from under the pointer
  document.addEventListener("click", (event) => {
    panels().forEach((panel) => panel.contains(event.target) || close(panel));
  });

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "Escape") {
      panels().forEach((panel) => close(panel, panel.contains(document.activeElement)));
    } else if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const search = document.querySelector("[data-search]");
      if (!search) return;
      event.preventDefault();
      const page = document.querySelector(".findlink");
      if (!search.offsetParent && page) location.assign(`${page.href}#${search.id}`); // where it is narrow it stands there
      search.focus();
      search.select();
    }
  });
  if (location.hash === "#search") document.querySelector("[data-search]")?.focus();

  // on a phone the list begins on the first screen: what it is filtered by is folded away, and said by its chips
  if (matchMedia("(max-width:48rem)").matches) document.querySelectorAll("[data-fold]").forEach((panel) => close(panel));

  // what the stylesheet leaves for after the first screen: by now it has been painted
  const draw = () => document.documentElement.classList.add("drawn");
  addEventListener("load", () => requestAnimationFrame(() => setTimeout(draw, 100)));

  // Only what has been laid out is measured, so that nothing is laid out for it: what is far below the window comes later.
  const regions = new Set();
  const watch = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const table = target.querySelector("table");
      regions.add(target);
      if (table) target.classList.toggle("fits", table.offsetWidth <= target.clientWidth);
    }
  });
  document.querySelectorAll(".scroll:not(.sheet)").forEach((region) => watch.observe(region));

  // where a table scrolls only sideways, its head stays in the window by going down as the table goes up
  const sideways = matchMedia("(max-width:48rem),(max-height:32rem)"); // as narrow.css has it
  const follow = () => {
    for (const region of regions) {
      const above = sideways.matches && !region.classList.contains("fits") ? -region.getBoundingClientRect().top : 0;
      region.style.setProperty("--down", `${Math.max(above, 0)}px`);
    }
  };
  addEventListener("scroll", follow, { passive: true });
  addEventListener("resize", follow);

  // the days of a past page by a slider: it goes over the choices of their menu, which works without it
  const days = document.querySelector(".daypick select");
  if (days && days.options.length > 1) {
    const slider = Object.assign(document.createElement("input"), { type: "range", min: 0, max: days.options.length - 1 });
    slider.value = days.selectedIndex;
    slider.setAttribute("aria-labelledby", days.labels[0].id);
    const say = () => {
      days.selectedIndex = slider.value;
      slider.setAttribute("aria-valuetext", days.selectedOptions[0].text);
    };
    say();
    slider.addEventListener("input", say);
    days.addEventListener("change", () => { slider.value = days.selectedIndex; say(); });
    days.form.append(slider);
  }
})();
