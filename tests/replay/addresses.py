"""Addresses that a recording asks: of the API from its description, of pages from the URLconf and from links of pages.

They are made once, beside the state, and asked of every code alike, so that one that is lost shows.
"""

from __future__ import annotations

import html
import json
import random
import re
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urljoin, urlsplit

from .browser import HOST, Browser
from .callers import Callers

SCHEMA = Path(__file__).parents[2] / "docs/openapi.json"
READERS = ("province", "changsha", "admin", "")  # whose pages are looked through for links
MOST_OF_VIEW, MOST_ALIKE = 30, 3  # links to the same view, and with the same parameters
UNASKED = ("format", "cursor", "fields", "expand", "page", "page_size", "after", "position")
KNOWN: dict[str, list[Any]] = {
    "programme": [2023, 2024],
    "month": ["2023-04", "2023-06", "2023-07"],
    "through": ["2023-05"],
    "as_of": ["2023-05-31", "r40", "r90"],
    "since": ["2023-05-31", "r30"],
    "lang": ["zh", "en"],
    "search": ["长沙", "nothing-like-it"],
    "project": ["HN-EI-2023-13"],
    "code": ["HN-EI-2023-13"],
    "prefecture": ["430100"],
    "enterprise": [1],
    "total_investment_min": [1000000000],
    "disbursed_max": [50000000],
}
WANTED = {"/api/v1/explain/": {"figure": "total_investment"}, "/api/v1/comparison/": {"since": "2023-05-31"}}
HEAVY = ("/api/v1/totals/", "/api/v1/projects/", "/api/v1/reports/", "/api/v1/explain/", "/api/v1/comparison/")
BY_HAND = Path(__file__).with_name("addresses.txt")  # what no page leads to


def get_api_addresses(reader: Browser, schema: Path = SCHEMA) -> list[str]:
    """Return addresses of the API by its description: each parameter with each value, and three at a time by lot."""
    rnd, out = random.Random(7), []  # noqa: S311  the same each time
    described = json.loads(schema.read_text("utf-8"))
    parts = described.get("components", {}).get("parameters", {})
    for path, verbs in sorted(described["paths"].items()):
        if "get" not in verbs or "imports" in path or path.endswith(("/tasks/", "/feed/")) or path.count("{") > 1:
            continue
        given = [parts[p["$ref"].rsplit("/", 1)[1]] if "$ref" in p else p for p in verbs["get"].get("parameters", [])]
        values = {p["name"]: values_of(p) for p in given if p["in"] == "query" and p["name"] not in UNASKED}
        values = {name: known for name, known in values.items() if known}
        starts = [path]
        if key := re.search(r"{(\w+)}", path):
            listed = (
                reader.get(path.split("{")[0] + "?page_size=5", accept="application/json").json().get("results", [])
            )
            starts = [path.replace(key[0], str(row[key[1]])) for row in listed if key[1] in row]
        chosen: list[dict[str, Any]] = [{}, *({name: value} for name, known in values.items() for value in known[:12])]
        for _time in range(160 if path in HEAVY else 12 if len(values) > 3 and "{" not in path else 0):
            names = rnd.sample(list(values), k=min(3, len(values)))
            chosen.append({name: rnd.choice(values[name]) for name in names})
        out += [start + query_of(WANTED.get(path, {}) | pairs) for start in starts for pairs in chosen]
    return sorted(set(out))


def values_of(parameter: dict[str, Any]) -> list[Any]:
    schema = parameter.get("schema", {})
    schema = schema.get("items", schema)
    by_type = {"boolean": ["true", "false"], "integer": [1, 100000000]}
    found = schema.get("enum") or KNOWN.get(parameter["name"]) or by_type.get(schema.get("type"), [])
    return [value for value in found if value not in (None, "")]


def query_of(pairs: dict[str, Any]) -> str:
    return "?" + "&".join(f"{name}={quote(str(value))}" for name, value in sorted(pairs.items())) if pairs else ""


def get_files(addresses: list[str]) -> list[str]:
    """Return lists of the API as files of each format."""
    lists = sorted({address for address in addresses if re.fullmatch(r"/api/v1/[a-z-]+/", address)})
    heavy = [address for address in addresses if address.startswith(("/api/v1/projects/?", "/api/v1/reports/?"))]
    asked = lists + [f"{path}?lang={lang}" for path in lists for lang in ("en", "zh-hans")]
    asked += [address for address in heavy if "=" in address][::17]
    return [
        f"{address}{'&' if '?' in address else '?'}format={form}"
        for address in asked
        for form in ("csv", "ndjson", "xlsx")
    ]


def get_routes() -> dict[str, str]:
    """Return the routes of the URLconf that take nothing, by path; with the names of their views."""
    from django.urls import get_resolver
    from django.urls.resolvers import RoutePattern, URLPattern

    found: dict[str, str] = {}

    def walk(patterns: Any, prefix: str) -> None:
        for pattern in patterns:
            route = pattern.pattern
            text = str(route) if isinstance(route, RoutePattern) else str(route).strip("^$")
            if isinstance(pattern, URLPattern):
                if not re.search(r"[<(\\]", prefix + text):
                    found[f"/{prefix}{text}"] = pattern.name or ""
            else:
                walk(pattern.url_patterns, prefix + text)

    walk(get_resolver().url_patterns, "")
    return found


def get_seeds(reader: Browser) -> list[str]:
    """Return an address of each page that has no key, and of each record by its key."""

    def keys(path: str, name: str) -> list[Any]:
        rows = reader.get(f"/api/v1/{path}&page_size=500").json()["results"]
        return [row[name]["code"] if isinstance(row[name], dict) else row[name] for row in rows]

    seeds = [path for path in get_routes() if not path.startswith("/api/")]
    codes = keys("projects/?fields=code", "code")
    seeds += [f"/projects/{code}/" for code in codes]
    seeds += [
        f"/projects/{code}/{rest}"
        for code in codes[::6]
        for rest in ("propose/", "reports/2023-06/", "reports/2023-07/")
    ]
    seeds += [f"/projects/{code}/reports/2023-06/reopen/" for code in codes[::9]]
    july = keys("reports/?month=2023-07", "project")
    seeds += [f"/projects/{code}/reports/2023-07/" for code in july]
    seeds += [f"/rounds/2023-07/{code}/" for code in july[:5]] + [f"/rounds/2023-{month:02}/" for month in range(1, 8)]
    seeds += ["/rounds/2024-01/", "/rounds/2024-02/", "/projects/HN-EI-2024-01/reports/2024-01/"]
    seeds += [f"/programmes/{year}/" for year in keys("programmes/?fields=year", "year")]
    seeds += [f"/sectors/{code}/" for code in keys("sectors/?fields=code", "code")]
    seeds += [f"/prefectures/{code}/" for code in keys("prefectures/?fields=adcode", "adcode")]
    seeds += [f"/figures/{row['name']}/" for row in reader.get("/api/v1/figures/?fields=name").json()]
    seeds += [f"/claims/{key}/{step}/" for key in keys("claims/?fields=id", "id") for step in ("adopt", "withdraw")]
    seeds += [f"/proposals/{key}/" for key in keys("proposals/?fields=id", "id")]
    seeds += [f"/problems/{key}/" for key in keys("problems/?fields=id", "id")[::3]]
    seeds += [f"/milestones/{key}/" for key in keys("milestones/?fields=id", "id")[::9]]
    seeds += [f"/notes/{key}/" for key in keys("notes/?fields=id", "id")]
    newest = reader.get("/api/v1/changes/?page_size=1").json()["newest"]
    seeds += [
        f"/changes/{number}/{rest}"
        for number in {*range(1, newest, 5), *range(newest - 25, newest + 1)}
        for rest in ("", "undo/")
    ]
    seeds += [f"/imports/{key}/{rest}" for key in range(1, 7) for rest in ("", "refused.xlsx")]
    seeds += [f"/webhooks/{key}/{rest}" for key in (1, 2) for rest in ("", "delete/")]
    return sorted({*seeds, *BY_HAND.read_text("utf-8").split()})


def get_links(address: str, page: str) -> list[str]:
    """Return the addresses of this site that a page leads to, with sorted queries and without fragments."""
    found = []
    for href in re.findall(r"""<(?:a|area)\b[^>]*?\bhref=["']([^"']*)["']""", page):
        url = urlsplit(urljoin(f"http://{HOST}{address}", html.unescape(href)))
        if url.netloc == HOST:
            pairs = sorted(parse_qsl(url.query, keep_blank_values=True))
            found.append(url.path + ("?" + "&".join(f"{key}={quote(value)}" for key, value in pairs) if pairs else ""))
    return found


def name_of(address: str) -> str:
    """Return the name of the view at an address."""
    from django.urls import Resolver404, resolve

    try:
        return resolve(urlsplit(address).path).view_name or "?"
    except Resolver404:
        return "nothing"


def get_pages(callers: Callers, seeds: list[str]) -> dict[str, str]:
    """Return the pages to ask with the names of their views: the seeds, and what their links lead to.

    Of links to the same view some are taken, by lot: of those with the same parameters in their query as well.
    """
    rnd, found = random.Random(7), {seed: name_of(seed) for seed in seeds}  # noqa: S311  the same each time
    taken: Counter[tuple[str, ...]] = Counter()
    links: set[str] = set()
    for seed in seeds:
        for who in READERS:
            links.update(get_links(seed, callers.browser(who).get(seed, accept="text/html").text))
    for address in rnd.sample(sorted(links - found.keys()), k=len(links - found.keys())):
        name, names = name_of(address), sorted({key for key, _value in parse_qsl(urlsplit(address).query)})
        if address.startswith(("/static/", "/api/v1/schema")) or (name == "revision" and not names):
            continue
        if taken[(name,)] < MOST_OF_VIEW and taken[name, *names, ""] < MOST_ALIKE:
            taken.update([(name,), (name, *names, "")])
            found[address] = name
    changed = {name: address for address, name in found.items() if address.endswith("/change/")}  # one of each model
    for page in ("history", "delete"):
        found |= {address.replace("/change/", f"/{page}/"): page for address in changed.values()}
    return dict(sorted(found.items()))


def build_addresses(callers: Callers) -> dict[str, Any]:
    """Return what a recording asks: `api` and `files` as lists, `pages` with the names of their views."""
    reader = callers.token("province")
    api = get_api_addresses(reader)
    pages = get_pages(callers, get_seeds(reader))
    own = [path for path in pages if path.startswith("/api/") and "/docs/" not in path]
    api = sorted({*api, *own})
    named = {path: name for path, name in pages.items() if path not in own}
    return {"api": api, "files": get_files(api), "pages": named}
