"""axe, asked about the page that a window shows, and no more of it than can differ."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

WCAG_2_2_AA = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
COLOURS = ("color-contrast", "link-in-text-block")  # the rules that a theme can break and a language cannot

# only what is broken is worked out and sent over; everything else about a page of 1,800 elements takes as long again
_OPTIONS = {"resultTypes": ["violations"], "preload": False}
_RUN = """([context, options]) => axe.run(context, options).then(
    found => found.violations.map(each => [each.id, each.nodes.slice(0, 3).map(node => node.html.slice(0, 120))]))"""
# lines of a table or list that are made as an earlier one, of the same kind of place and with the same styles: they cannot
# have other colours, and a page may have hundreds. What stands in them is marked too, and looked at for all but its colours.
_MARK_ALIKE = """() => {
    const styled = ['aria-current', 'aria-invalid', 'aria-sort', 'disabled', 'hidden', 'open', 'style', 'type']
    const look = each => [
        each.tagName, each.className.baseVal ?? each.className, ...styled.map(name => each.getAttribute(name)),
    ].join(' ')
    document.querySelectorAll('[data-made-alike]').forEach(each => each.removeAttribute('data-made-alike'))
    for (const parent of document.querySelectorAll('tbody, ul, ol')) {
        const seen = new Set()
        for (const [place, line] of [...parent.children].entries()) {
            const inside = [line, ...line.querySelectorAll('*')]
            const made = [place % 2, ...inside.map(look)].join('>')
            if (seen.has(made)) inside.forEach(each => each.toggleAttribute('data-made-alike', true))
            seen.add(made)
        }
    }
}"""
_COLOURS_ONCE = """() => axe.configure({rules: [
    {id: 'color-contrast', selector: '*:not([data-made-alike])'},
    {id: 'link-in-text-block', selector: 'a[href]:not([data-made-alike]), [role=link]:not([data-made-alike])'},
]})"""


def broken(page: Page, *, tags: tuple[str, ...] = WCAG_2_2_AA, colours: bool = True) -> list[Any]:
    """The rules of these tags that the page breaks, each with its first elements; no tags are all rules of axe.

    The one of the size of targets is among those of WCAG 2.2, and asked for by its name alone where no tags are.
    """
    options: dict[str, Any] = dict(_OPTIONS)
    if tags:
        options["runOnly"] = {"type": "tag", "values": tags}
    options["rules"] = {"target-size": {"enabled": True}}
    if not colours:
        options["rules"] |= {name: {"enabled": False} for name in COLOURS}
    return _asked(page, options)


def broken_in_the_dark(page: Page) -> list[Any]:
    """The rules of colour that the same page breaks in the dark theme."""
    page.emulate_media(color_scheme="dark")
    page.evaluate("() => document.getAnimations().forEach(each => each.finish())")  # colours that are on their way
    found = _asked(page, _OPTIONS | {"runOnly": {"type": "rule", "values": COLOURS}})
    page.emulate_media(color_scheme="light")
    return [("in the dark", *each) for each in found]


def broken_in_both_themes(page: Page, *, colours: bool) -> list[Any]:
    """What the page breaks; its colours in the light and in the dark, or in neither."""
    return broken(page, colours=colours) + (broken_in_the_dark(page) if colours else [])


def open_details(page: Page) -> None:
    """What is folded away is part of the page. But a menu lies over the page while it is open, and hides what it covers."""
    page.evaluate("() => document.querySelectorAll('details:not(.menu)').forEach(each => { each.open = true })")


def _asked(page: Page, options: dict[str, Any]) -> list[Any]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
        page.evaluate(_COLOURS_ONCE)
    page.evaluate(_MARK_ALIKE)
    return page.evaluate(_RUN, [{"include": [["html"]]}, options])
