"""Someone without JavaScript who uses a real server: keeps cookies, and fills in forms."""

from __future__ import annotations

import http.cookiejar
import io
import re
import ssl
import urllib.error
import urllib.parse
import urllib.request
import uuid
from typing import Any

from PIL import Image

ID = re.compile(r"[A-Za-z0-9_-]{22}")


def a_photo(side: int) -> bytes:
    """A whole JPEG file."""
    buffer = io.BytesIO()
    Image.new("RGB", (side, side), "teal").save(buffer, "JPEG")
    return buffer.getvalue()


class Visitor:
    """What they see is in `page`, where they are in `path`."""

    def __init__(self, address: str, tls: ssl.SSLContext | None = None, **headers: str) -> None:
        self.address = address
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(self.cookies), urllib.request.HTTPSHandler(context=tls)
        )
        self.opener.addheaders = [(name.replace("_", "-"), value) for name, value in headers.items()]
        self.page, self.path = "", ""

    def ask(self, path: str, body: bytes | None = None, method: str | None = None, **headers: str) -> Any:
        """One request; the answer, also a refusal."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None or method:
            names["Origin"] = self.address
        request = urllib.request.Request(self.address + path, body, names, method=method)
        try:
            answer = self.opener.open(request, timeout=60)
        except urllib.error.HTTPError as error:
            answer = error
        self.page = answer.read().decode(errors="replace")
        self.path = urllib.parse.urlsplit(answer.url).path
        return answer

    def send(self, path: str, **answers: str) -> None:
        """Open the page, fill in its form with these answers, and send it."""
        self.ask(path)
        given = urllib.parse.urlencode({**dict(self.hidden()), **answers})
        self.ask(path, given.encode(), Content_Type="application/x-www-form-urlencoded")

    def send_files(self, page: str, path: str, files: dict[str, bytes]) -> None:
        """Open the page, and send these files by its form, without JavaScript."""
        self.ask(page)
        border = uuid.uuid4().hex
        parts = [
            f'--{border}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in self.hidden()
        ]
        for name, content in files.items():
            start = f'--{border}\r\nContent-Disposition: form-data; name="photos"; filename="{name}"\r\n\r\n'
            parts.append(start.encode() + content + b"\r\n")
        body = b"".join(parts) + f"--{border}--\r\n".encode()
        self.ask(path, body, Content_Type=f"multipart/form-data; boundary={border}")

    def hidden(self) -> list[tuple[str, str]]:
        """What the forms of this page send without being asked."""
        return re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', self.page)

    def join(self, password: str = "a quiet river at dusk") -> str:
        """Be a member. The sign-in name."""
        self.send("/join/", age="yes", agree="on")
        handle = re.search(r"\b[a-z]+-[a-z]+-[a-z]+\b(?=</)", self.page)
        assert handle
        self.send("/join/name/")
        self.send("/join/key/", password=password)
        return handle[0]

    def add_baby(self, name: str) -> tuple[str, str]:
        """Make a page, and go on without a recovery sheet. The ids of the baby and the shelf."""
        self.send("/babies/add/", name=name)
        baby = ID.search(self.path)
        assert baby
        self.send(f"/babies/{baby[0]}/fact/name/", name=name)
        self.ask(f"/babies/{baby[0]}/")
        shelf = re.search(r"/vault/shelves/([\w-]{22})/", self.page)
        assert shelf
        self.send_files(f"/babies/{baby[0]}/", f"/vault/shelves/{shelf[1]}/without-sheet/", {})
        return baby[0], shelf[1]
