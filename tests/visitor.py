"""A resident's phone as a plain HTTP client: cookies, the page's own token, nothing else."""

import http.client
import re
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit


class Phone:
    def __init__(self, address, source=None):
        self.host = urlsplit(address).netloc
        self.source = source and (source, 0)  # another address of this machine to come from
        self.cookies = {}
        self.token = ""

    def ask(self, method, path, fields=None, headers=None):
        """One request on a connection of its own. Returns (status, headers, body)."""
        connection = http.client.HTTPConnection(self.host, timeout=15, source_address=self.source)
        try:
            body = urlencode({**fields, "csrf_token": self.token}, doseq=True) if fields is not None else None
            headers = {
                "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
                **({"Content-Type": "application/x-www-form-urlencoded"} if body else {}),
                **(headers or {}),
            }
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            self.cookies.update({name: morsel.value for name, morsel in SimpleCookie(cookie).items()})
        return answer.status, answer.headers, content

    def get(self, path):
        """Open a page, and remember the token in it for the next post."""
        status, _headers, content = self.ask("GET", path)
        if found := re.search(rb'name="csrf_token" value="([^"]+)"', content):
            self.token = found.group(1).decode()
        return status, content.decode()

    def post(self, path, **fields):
        return self.ask("POST", path, fields)[0]

    def join(self, code):
        self.get("/code")
        assert self.post("/code", code=code) == 303
        return self
