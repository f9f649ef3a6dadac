"""Bundles of stylesheets and scripts: for each its sources under `static/`, in the order in which they hold.

The stylesheet of pages is one bundle, so that a browser has it after the first. What every page runs is in the script
`page`; a page may have one more of its own of each. A new source needs a line here, and nothing else.
"""

from __future__ import annotations

# by the path under the address of static files
BUNDLES: dict[str, tuple[str, ...]] = {
    "joined/pages.css": (
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
    "joined/plain.css": ("site/tokens.css", "site/base.css", "site/frame.css", "site/narrow.css"),
    "joined/admin.css": ("site/tokens.css", "admin-site/admin.css", "admin-site/records.css", "admin-site/round.css"),
    "joined/api-docs.css": ("site/tokens.css", "api/docs.css"),
    "joined/imports.css": ("site/imports.css",),  # beside the one of all pages: few people open these
    "joined/page.js": ("site/page.js", "site/keys.js", "site/once.js"),
    "joined/admin.js": ("site/keys.js", "site/once.js", "admin-site/admin.js"),
    "joined/charts.js": ("site/charts.js",),
    "joined/sheet.js": (
        "site/sheet.js",
        "site/sheet-cells.js",
        "site/sheet-windows.js",
        "site/sheet-typing.js",
        "site/sheet-sending.js",
        "site/newest.js",
    ),
    "joined/review.js": ("site/review.js", "site/newest.js"),
    "joined/review-one.js": ("site/review-one.js", "site/newest.js"),
}
