"""What a plugin's distribution says of itself."""

import json
from dataclasses import dataclass
from importlib import metadata
from urllib.parse import urlsplit

__all__ = ["About", "about"]


@dataclass(frozen=True, slots=True)
class About:
    """From the package's metadata; what is not said there is empty."""

    summary: str = ""
    author: str = ""
    licence: str = ""
    urls: tuple[tuple[str, str], ...] = ()
    requires: tuple[str, ...] = ()
    location: str = ""
    editable: bool = False


def about(distribution: str) -> About:
    """Read it; a plugin that was given as an object has none."""
    try:
        found = metadata.distribution(distribution)
    except (metadata.PackageNotFoundError, ValueError):
        return About()
    told = found.metadata
    source, editable = _source(found)
    return About(
        summary=_one(told, "Summary"),
        author=_one(told, "Author") or _one(told, "Author-email"),
        licence=_one(told, "License-Expression") or _one(told, "License").partition("\n")[0],
        urls=_urls(told),
        requires=tuple(found.requires or ()),
        location=source or str(found.locate_file("")),
        editable=editable,
    )


def _one(told: metadata.PackageMetadata, key: str) -> str:
    return str((told.get_all(key) or [""])[0])


def _urls(told: metadata.PackageMetadata) -> tuple[tuple[str, str], ...]:
    pairs = [line.partition(",") for line in told.get_all("Project-URL") or ()]
    urls = [(label.strip(), url.strip()) for label, _, url in pairs]
    home = _one(told, "Home-page")
    return (*([("Homepage", home)] if home else []), *urls)


def _source(found: metadata.Distribution) -> tuple[str, bool]:
    """Where an editable one lives."""
    try:
        told = json.loads(found.read_text("direct_url.json") or "{}")
    except ValueError:
        return "", False
    if not told.get("dir_info", {}).get("editable"):
        return "", False
    return urlsplit(told.get("url", "")).path, True
