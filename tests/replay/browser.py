"""A caller of the product's WSGI application in this process, with cookies, a token and forms."""

from __future__ import annotations

import html
import importlib
import io
import json
import re
import traceback
import uuid
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import quote, unquote, urlencode, urljoin

HOST = "monitor.example"
TAG = re.compile(r"""<(/?)([a-zA-Z][\w:-]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>""")
ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?""")
_application: Any = None


def get_application() -> Any:
    """Return the product's WSGI application, without threads that write behind the recorder's back."""
    global _application
    if _application is None:
        try:
            background = importlib.import_module("portfolio.background")
            background.begin = lambda: None  # type: ignore[attr-defined]
        except ModuleNotFoundError:
            pass
        _application = importlib.import_module("portfolio.wsgi").application
    return _application


@dataclass
class Response:
    """What the application answered."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        return ", ".join(value for key, value in self.headers if key.lower() == name.lower())

    def json(self) -> Any:
        return json.loads(self.body)

    def member(self, name: str) -> Any:
        """Return a member of the JSON that was answered; None where there is none, or no JSON."""
        try:
            return self.json().get(name)
        except (ValueError, AttributeError):
            return None

    def key(self, otherwise: int = 0) -> int:
        """Return the id of the record that was answered."""
        key = self.member("id")
        return key if isinstance(key, int) else otherwise

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


@dataclass
class Form:
    """A form of a page: where it is sent, how, and what it sends as it stands."""

    action: str
    method: str
    values: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    def button(self, text: str) -> list[tuple[str, str]]:
        """Return the button of this name or action, or `name=value`, in a list; an empty one where the form has none."""
        return [pair for pair in self.buttons if text in ("=".join(pair), *pair)][:1] if text else []


class Browser:
    """One caller. `language` is what it asks for."""

    def __init__(self, *, token: str = "", language: str = "en") -> None:
        self.token, self.language, self.cookies, self.calls = token, language, SimpleCookie(), 0

    def request(self, method: str, path: str, body: bytes = b"", content_type: str = "", **headers: str) -> Response:
        """Ask, and return the whole response. Headers are given as `if_match="…"`."""
        where, _mark, query = path.partition("?")
        self.calls += 1
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(where).encode().decode("latin-1"),
            "QUERY_STRING": quote(query, safe="/?&=%:,.-_~+;@!$'()*[]"),
            "SERVER_NAME": HOST,
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "192.0.2.7",
            "HTTP_HOST": HOST,
            "HTTP_ACCEPT_LANGUAGE": self.language,
            "HTTP_X_REQUEST_ID": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{method} {path}")),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        if body or method in ("POST", "PUT", "PATCH"):
            environ |= {"CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": content_type}
        if self.token:
            environ["HTTP_AUTHORIZATION"] = f"Token {self.token}"
        elif self.cookies:
            environ["HTTP_COOKIE"] = "; ".join(f"{key}={value.coded_value}" for key, value in self.cookies.items())
        environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        answer: list[Any] = []
        try:
            chunks = get_application()(environ, lambda status, given, _info=None: answer.extend([status, given]))
            content = b"".join(chunks)
            getattr(chunks, "close", lambda: None)()
        except Exception:
            answer, content = ["599 No answer", []], traceback.format_exc().encode()
        response = Response(int(answer[0][:3]), answer[1], content)
        for name, value in response.headers:
            if name.lower() == "set-cookie":
                self.cookies.load(value)
        for name in [name for name, morsel in self.cookies.items() if not morsel.value or morsel["max-age"] == "0"]:
            del self.cookies[name]
        return response

    def get(self, path: str, **headers: str) -> Response:
        return self.request("GET", path, **headers)

    def send_form(
        self,
        path: str,
        values: list[tuple[str, str]],
        files: dict[str, tuple[str, bytes]] | None = None,
        **headers: str,
    ) -> Response:
        """Post form values, as multipart where there are files."""
        if not files:
            body, content_type = urlencode(values).encode(), "application/x-www-form-urlencoded"
        else:
            body, content_type = encode_multipart(values, files)
        return self.request("POST", path, body, content_type, **headers)

    def submit(
        self,
        path: str,
        changes: dict[str, Any] | None = None,
        *,
        button: str = "",
        files: dict[str, tuple[str, bytes]] | None = None,
        number: str = "0",
    ) -> Response:
        """Open a page, fill in one of its forms (the `number`th that posts and has the button), and send it.

        Returns the page itself where it has no such form.
        """
        page, changes = self.get(path), dict(changes or {})
        forms = [
            form for form in get_forms(page.text) if form.method == "post" and not form.action.endswith("/logout/")
        ]
        forms = [form for form in forms if not button or form.button(button)]
        if len(forms) <= int(number):
            return page
        form = forms[int(number)]
        values = [(name, value) for name, value in form.values if name not in changes]
        for name, value in changes.items():
            values += [(name, str(one)) for one in (value if isinstance(value, list) else [value])]
        return self.send_form(urljoin(path, form.action) if form.action else path, values + form.button(button), files)


def encode_multipart(values: list[tuple[str, str]], files: dict[str, tuple[str, bytes]]) -> tuple[bytes, str]:
    """Return body and content type."""
    border = "border-of-a-recording"
    parts = [
        f'--{border}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in values
    ]
    for name, (filename, content) in files.items():
        head = f'--{border}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n\r\n'
        parts.append(head.encode() + content + b"\r\n")
    return b"".join(parts) + f"--{border}--\r\n".encode(), f"multipart/form-data; boundary={border}"


def get_attributes(text: str) -> dict[str, str]:
    """Return the attributes of a tag, unescaped; one without value is an empty text."""
    return {
        name.lower(): html.unescape(double or single or bare) for name, double, single, bare in ATTRIBUTE.findall(text)
    }


def get_forms(page: str) -> list[Form]:
    """Return the forms of a page with what each sends as it stands; fields that name another form by id are added to it."""
    forms: list[Form] = []
    by_id: dict[str, Form] = {}
    fields = []
    for form, name, attributes, content in get_fields(page):
        if name == "form":
            forms.append(Form(attributes.get("action", ""), attributes.get("method", "get").lower()))
            by_id[attributes.get("id", "")] = forms[-1]
        else:
            fields.append((forms[form] if form is not None else None, name, attributes, content))
    for owner, name, attributes, content in fields:
        form = by_id.get(attributes["form"]) if "form" in attributes else owner
        key, kind = attributes.get("name", ""), attributes.get("type", "text").lower()
        if form is None or not key or "disabled" in attributes:
            continue
        if name == "button" or kind in ("submit", "image"):
            form.buttons.append((key, attributes.get("value", "")))
        elif kind == "file":
            form.files.append(key)
        elif name == "option":
            form.values += [(key, content)] if "selected" in attributes else []
        elif kind not in ("checkbox", "radio") or "checked" in attributes:
            form.values.append((key, attributes.get("value", "on") if kind in ("checkbox", "radio") else content))
    return forms


def get_fields(page: str) -> list[tuple[int | None, str, dict[str, str], str]]:
    """Return forms and fields in the order of the page: number of the form around it, tag, attributes, value.

    Of a select each option is one, with the select's name; the first counts as selected where none is, as in browsers.
    """
    found: list[tuple[int | None, str, dict[str, str], str]] = []
    form, forms, select, options = None, 0, {}, 0
    for match in TAG.finditer(re.sub(r"(?s)<!--.*?-->|<script.*?</script>|<svg.*?</svg>", "", page)):
        closes, tag, text = match[1], match[2].lower(), match[3]
        if tag not in ("form", "input", "button", "select", "option", "textarea"):
            continue
        if closes:
            form = None if tag == "form" else form
            if (
                tag == "select"
                and options
                and "multiple" not in select
                and not any("selected" in field[2] for field in found[-options:])
            ):
                found[-options][2]["selected"] = ""
            continue
        attributes = get_attributes(text)
        if tag == "form":
            form, forms = forms, forms + 1
            found.append((form, tag, attributes, ""))
        elif tag == "select":
            select, options = attributes, 0
        elif tag == "option":
            options += 1
            rest = page_text(match.string, match.end(), "option|/select|/option")
            own = {name: select[name] for name in ("name", "form", "disabled", "multiple") if name in select}
            own |= {"selected": ""} if "selected" in attributes else {}
            found.append((form, tag, own, attributes.get("value", rest)))
        elif tag == "textarea":
            content = match.string[match.end() : match.string.find("</textarea", match.end())]
            found.append((form, tag, attributes, html.unescape(content.removeprefix("\n"))))
        else:
            found.append((form, tag, attributes, attributes.get("value", "")))
    return found


def page_text(page: str, start: int, until: str) -> str:
    end = re.compile(f"<(?:{until})").search(page, start)
    return html.unescape(page[start : end.start() if end else start]).strip()
