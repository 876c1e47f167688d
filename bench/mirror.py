"""A mirror of the index that pip uses on this machine: `python -m bench.mirror FOLDER`.

Run by a Python that has pip. What pip or uv ask for is got once, by pip with its own
settings, and kept in FOLDER: pages with all versions (PEP 691) and the metadata of
wheels (PEP 658). What is kept is served from there, with the headers that PyPI sends,
and never asked for again. The first line that it prints is its URL; it ends when its
standard input does.
"""

from __future__ import annotations

import json
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Any
from urllib.parse import unquote, urlsplit

from pip._internal.commands import create_command
from pip._internal.index.collector import LinkCollector, parse_links
from pip._internal.models.link import Link
from pip._internal.network.lazy_wheel import dist_from_wheel_url

_PAGE = "application/vnd.pypi.simple.v1+json"
_FRESH = {_PAGE: "max-age=600, public"}
_FOR_GOOD = "max-age=365000000, immutable, public"


class Upstream:
    """The index that pip is set up for, asked as pip asks it."""

    def __init__(self) -> None:
        # The one command that has both a session and a place for indexes.
        command = create_command("download")
        options, _ = command.parse_args([])
        self._session = command._build_session(options)  # noqa: SLF001
        self._links = LinkCollector.create(self._session, options)
        self._index = options.index_url.rstrip("/")
        self._one_at_a_time = Lock()

    def page(self, name: str) -> bytes | None:
        """Get the page of the project *name*; None when there is none."""
        with self._one_at_a_time:
            found = self._links.fetch_response(Link(f"{self._index}/{name}/"))
        if found is None:
            return None
        data = {
            "meta": {"api-version": "1.1"},
            "name": name,
            "files": [_file(link) for link in parse_links(found)],
        }
        return json.dumps(data).encode()

    def metadata(self, wheel: str) -> bytes:
        """Get the metadata of the wheel at that URL, out of it if need be."""
        with self._one_at_a_time:
            answer = self._session.get(f"{wheel}.metadata")
            if answer.ok:
                return bytes(answer.content)
            name = wheel.rpartition("/")[2].partition("-")[0]
            dist = dist_from_wheel_url(name, wheel, self._session)
            return bytes(dist.read_text("METADATA").encode())


def _file(link: Link) -> dict[str, Any]:
    """Write what pip read of a link as PEP 691 has it, with an address of ours."""
    parts = urlsplit(link.url)
    about = link.metadata_file_data
    # Where an index does not have it, it is read out of the wheel.
    metadata = (about.hashes or True) if about else link.is_wheel
    found = {
        "filename": link.filename,
        "url": f"../../files/{parts.scheme}/{parts.netloc}{parts.path}",
        "hashes": {link.hash_name: link.hash} if link.hash_name else {},
        "requires-python": link.requires_python,
        "yanked": link.yanked_reason is not None and (link.yanked_reason or True),
        "core-metadata": metadata,
        "dist-info-metadata": metadata,
    }
    if link.upload_time:
        found["upload-time"] = link.upload_time.isoformat()
    return found


class _Mirror(SimpleHTTPRequestHandler):
    """Serves what is kept, after getting what is not."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def __init__(self, *args: Any, upstream: Upstream, **options: Any) -> None:
        self._upstream = upstream
        self.extensions_map = {"": "application/octet-stream", ".json": _PAGE}
        super().__init__(*args, **options)

    def do_GET(self) -> None:
        kept = Path(self.translate_path(self.path))
        if not kept.exists():
            self._keep(kept)
        super().do_GET()

    def translate_path(self, path: str) -> str:
        """Say where a page or a file is kept."""
        kind, _, rest = unquote(urlsplit(path).path).strip("/").partition("/")
        name = f"{rest}.json" if kind == "simple" else rest
        return str(Path(self.directory, kind, name))

    def end_headers(self) -> None:
        kind = self.guess_type(self.translate_path(self.path))
        self.send_header("Cache-Control", _FRESH.get(kind, _FOR_GOOD))
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: the output is for the URL."""

    def _keep(self, path: Path) -> None:
        kind, _, rest = unquote(urlsplit(self.path).path).strip("/").partition("/")
        if kind == "simple":
            found = self._upstream.page(rest)
        elif rest.endswith(".metadata"):
            wheel = rest.removesuffix(".metadata").replace("/", "://", 1)
            found = self._upstream.metadata(wheel)
        else:
            raise SystemExit(f"{rest} has no metadata without a download")
        if found is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            beside = path.with_suffix(".new")
            beside.write_bytes(found)
            beside.replace(path)


class _Server(ThreadingHTTPServer):
    # uv asks many things at once, and who finds a queue full asks again a second later.
    request_queue_size = 128


def main() -> None:
    """Serve until standard input ends."""
    handler = partial(_Mirror, directory=sys.argv[1], upstream=Upstream())
    server = _Server(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}/simple", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
