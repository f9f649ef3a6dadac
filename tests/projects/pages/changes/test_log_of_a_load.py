"""The log of a register that was moved in with its past: what it says of the load, in words of people."""

from __future__ import annotations


def test_no_word_of_the_trade_of_programmers_stands_in_the_log(moved_in, province, client_of):
    """Names of commands and files, numbers of requests, and doors by their name in the programme."""
    browser = client_of(province)
    for path in ("/changes/", "/projects/HN-EI-2023-13/", "/changes/1/"):
        for lang in ("en", "zh-hans"):
            page = browser.get(path, {"lang": lang}).content.decode()
            for word in ("loaddata", "load_register", "manage.py", "light_rules", "request id", "program code"):
                assert word not in page, (path, word)
    assert "The register was filled from its data files." in browser.get("/changes/1/", {"lang": "en"}).content.decode()
