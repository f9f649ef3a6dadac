"""A form of a finished page, filled in with what was typed before."""

from __future__ import annotations

import pytest

from portfolio.forms.form_filling import TypedForm, filled
from tests.markup.forms import forms_of

pytestmark = pytest.mark.no_database

PAGE = """<p>a line separator \u2028 and a form feed \x0c do not shift what follows</p>
<form method="post" action="/x/"><input type="hidden" name="record" value="1"><textarea name="words">old</textarea></form>
<details><summary>Second</summary><form method="post" action="/x/">
<input type="hidden" name="csrfmiddlewaretoken" value="new"><input type="hidden" name="record" value="2"><input type="hidden"
name="version" value="now"><textarea name="words">old</textarea><input name="day" value="2023-01-01"><input type="checkbox"
name="late" value="1" checked><input type="checkbox" name="kinds" value="a"><input type="checkbox" name="kinds" value="b">
<select name="stage"><option value="">-</option><option value="x" selected>X</option><option value="y">Y</option></select>
<input type="password" name="pass"><button name="action" value="save">Save</button></form></details>"""
TYPED = {
    "record": ["2"],
    "version": ["then"],
    "words": ['\n<b>"new"</b>'],
    "day": ["2023-02-30"],
    "kinds": ["b"],
    "stage": ["y"],
    "action": ["save"],
    "pass": ["word"],
    "row-added": ["typed too"],
    "csrfmiddlewaretoken": ["old"],
}


def test_the_form_with_the_same_record_is_filled_and_no_other():
    page = filled(PAGE, TypedForm("/x/?a=1", TYPED))
    first, second = forms_of(page)
    assert first.data() == {"record": ["1"], "words": ["old"]}
    said = second.data()
    assert said["words"] == ['\n\n<b>"new"</b>']  # of which a browser drops the first line break
    assert said["day"] == ["2023-02-30"]
    assert said["kinds"] == ["b"]
    assert said["stage"] == ["y"]
    assert "late" not in said


def test_the_version_that_it_was_opened_with_stays_and_the_token_is_new():
    said = forms_of(filled(PAGE, TypedForm("/x/", TYPED)))[1].data()
    assert said["version"] == ["then"]
    assert said["csrfmiddlewaretoken"] == ["new"]
    assert said["pass"] == [""]


def test_it_is_unfolded_and_what_has_no_place_is_said_once_escaped():
    page = filled(PAGE, TypedForm("/x/", TYPED | {"gone": ["<i>lost</i>"]}))
    assert "<details open>" in page
    assert "<li>typed too</li>" in page
    assert "<li>&lt;i&gt;lost&lt;/i&gt;</li>" in page
    assert "a line separator" in page


def test_a_page_without_the_form_is_left_alone():
    assert filled(PAGE, TypedForm("/y/", TYPED)) is None
    assert filled("<p>nothing</p>", TypedForm("/x/", TYPED)) is None
