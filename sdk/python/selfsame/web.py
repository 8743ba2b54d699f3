"""The web, from blocks only. A failing module raises ModuleError. Spec: sdk.md 3.13, 3.14 and 5."""

from . import vm
from .calldata import decode


def answer(request, payload):
    """The module's `ok`, or ModuleError with its `error`."""
    got = decode(vm.ask(request, payload))
    if "error" in got:
        raise vm.ModuleError(got["error"])
    return got["ok"]


class Response:
    """status: int, headers: dict of bytes, body: bytes."""

    def __init__(self, fields):
        self.status, self.headers, self.body = fields["status"], fields["headers"], fields["body"]

    @property
    def text(self):
        return str(self.body, "utf-8", "replace")


def request(method, url, headers=None, body=None, sign=False):
    """`method` in capitals; `headers` from str to bytes; `sign` asks the node to sign it."""
    return Response(answer("WebRequest", {
        "method": method, "url": url, "headers": headers or {}, "body": body, "sign": sign}))


def get(url, headers=None):
    return request("GET", url, headers)


def render(url, mode="text", wait="0ms"):
    """A page's readable text (str), its `html` (Response) or a `screenshot` (bytes)."""
    got = answer("WebRender", {"mode": mode, "url": url, "wait_after_loaded": wait})
    if mode == "text":
        return got["text"]
    return Response(got["response"]) if mode == "html" else got["image"]
