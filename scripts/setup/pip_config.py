"""What pip was told on this machine (mirrors, certificates), said again to uv."""

from __future__ import annotations

import ast
from collections.abc import Iterable

# pip lets a later layer win: files first, a section for `install`, the environment last.
_LAYERS = ("global", "install", ":env:")
_LISTS = ("extra-index-url", "find-links", "trusted-host")


def parse(lines: Iterable[str]) -> dict[str, str]:
    """Read the output of `pip config list` into one value a setting, the strongest layer's."""
    found: dict[str, tuple[int, str]] = {}
    for line in lines:
        name, separator, quoted = line.strip().partition("=")
        if not separator:
            continue
        section, _, key = name.partition(".")
        if section not in _LAYERS:
            continue
        try:
            value = str(ast.literal_eval(quoted))
        except (ValueError, SyntaxError):
            value = quoted
        layer = _LAYERS.index(section)
        if key not in found or layer >= found[key][0]:
            found[key] = (layer, value)
    return {key: value for key, (_, value) in found.items()}


def uv_arguments(settings: dict[str, str]) -> list[str]:
    """Turn pip's settings into arguments of `uv pip install`."""
    several = {key: settings.get(key, "").split() for key in _LISTS}
    arguments: list[str] = []
    if settings.get("index-url"):
        arguments += ["--default-index", settings["index-url"]]
    for url in several["extra-index-url"]:
        arguments += ["--index", url]
    if several["extra-index-url"]:
        # pip looks at all indexes alike; uv would stop at the first that knows the name.
        arguments += ["--index-strategy", "unsafe-best-match"]
    for place in several["find-links"]:
        arguments += ["--find-links", place]
    for host in several["trusted-host"]:
        arguments += ["--allow-insecure-host", host]
    if settings.get("no-index", "").lower() in {"1", "true", "yes", "on"}:
        arguments.append("--no-index")
    return arguments


def uv_environment(settings: dict[str, str], environ: dict[str, str]) -> dict[str, str]:
    """Give the variables uv needs for pip's certificate and proxy; what is set already stays."""
    wanted: dict[str, str] = {}
    if settings.get("cert"):
        wanted["SSL_CERT_FILE"] = settings["cert"]
    if settings.get("proxy"):
        wanted["HTTPS_PROXY"] = wanted["HTTP_PROXY"] = settings["proxy"]
    if settings.get("default-timeout") or settings.get("timeout"):
        wanted["UV_HTTP_TIMEOUT"] = settings.get("timeout") or settings["default-timeout"]
    return {name: value for name, value in wanted.items() if not environ.get(name)}
