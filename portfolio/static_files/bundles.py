"""Bundles of stylesheets and scripts: for each its sources under `static/`, in the order in which they hold.

The stylesheet of pages is one bundle, so that a browser has it after the first. What every page runs is in the script
`page`; a page may have one more of its own of each. A new source needs a line here, and nothing else.
"""

from __future__ import annotations

FOLDER = "joined"  # under the address of static files

STYLES = {
    "pages": (
        "site/tokens.css",
        "site/base.css",
        "site/frame.css",
        "site/figures.css",
        "site/tables.css",
        "site/charts.css",
        "site/parts.css",
        "site/monitoring.css",
        "site/forms.css",
        "site/sheet.css",
        "site/report.css",
        "site/conflict.css",
        "site/help.css",
        "site/narrow.css",
        "site/print.css",
    ),
    # what is said while nothing else may work: few rules
    "plain": ("site/tokens.css", "site/base.css", "site/frame.css", "site/narrow.css"),
    "admin": ("site/tokens.css", "admin-site/admin.css", "admin-site/records.css", "admin-site/round.css"),
    "api-docs": ("site/tokens.css", "api/docs.css"),
    "imports": ("site/imports.css",),  # beside the one of all pages: few people open these
}
SCRIPTS: dict[str, tuple[str, ...]] = {
    "page": ("site/page.js", "site/keys.js", "site/once.js"),
    "admin": ("site/keys.js", "site/once.js", "admin-site/admin.js"),
    "charts": ("site/charts.js",),
    "sheet": (
        "site/sheet.js",
        "site/sheet-cells.js",
        "site/sheet-windows.js",
        "site/sheet-typing.js",
        "site/sheet-sending.js",
        "site/newest.js",
    ),
    "sheet-read": ("site/sheet.js",),
    "review": ("site/review.js", "site/newest.js"),
    "review-one": ("site/review-one.js", "site/newest.js"),
    "conflict": ("site/conflict.js",),
}


def address_of_style(name: str) -> str:
    """The path of a joined stylesheet below the address of static files; no bundle is called by another name."""
    return _address(name, "css", STYLES)


def address_of_script(name: str) -> str:
    """The path of a joined script."""
    return _address(name, "js", SCRIPTS)


def _address(name: str, kind: str, bundles: dict[str, tuple[str, ...]]) -> str:
    if name not in bundles:
        raise LookupError(f"{name!r} is none of the bundles of portfolio/static_files/bundles.py: {', '.join(bundles)}")
    return f"{FOLDER}/{name}.{kind}"


def sources() -> dict[str, tuple[str, ...]]:
    """The sources of each joined file by its path."""
    styles = {_address(name, "css", STYLES): files for name, files in STYLES.items()}
    scripts = {_address(name, "js", SCRIPTS): files for name, files in SCRIPTS.items()}
    return styles | scripts
