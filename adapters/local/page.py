"""The page's files, read once when the chat is built."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

from aiohttp import web

_TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Page:
    """The files by name; a name is looked up, never made into a path."""

    by_name: dict[str, tuple[str, bytes]]

    @classmethod
    def load(cls) -> Page:
        """Read every file of the folder `static`."""
        found = {}
        for file in files("adapters.local").joinpath("static").iterdir():
            kind = _TYPES.get(file.name[file.name.rfind(".") :])
            if kind is not None:
                found[file.name] = (kind, file.read_bytes())
        return cls(found)

    def routes(self) -> list[web.RouteDef]:
        """Return the page's routes below /local."""
        return [web.get("/", self.index), web.get("/static/{name}", self.file)]

    async def index(self, _request: web.Request) -> web.Response:
        """Answer the page itself."""
        return self._answer("index.html")

    async def file(self, request: web.Request) -> web.Response:
        """Answer one of the page's files, or 404."""
        return self._answer(request.match_info["name"])

    def _answer(self, name: str) -> web.Response:
        if name not in self.by_name:
            raise web.HTTPNotFound
        kind, content = self.by_name[name]
        return web.Response(
            body=content, content_type=kind, charset="utf-8", headers={"Cache-Control": "no-cache"}
        )
