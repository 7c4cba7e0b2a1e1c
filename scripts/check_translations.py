"""Checks that the committed translations are current; changes nothing.

Two questions for each catalogue in `locale/`: does the compiled file say what its source says, and
does the source translate every text that the program marks? Needs gettext's own programs.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCALE = "zh_Hans"
DOMAINS = {"django": (), "djangojs": ("--ignore", "*/vendor/*")}
# What makemessages has to see; the virtual environment and data stay out of the copy.
SOURCES = ("mapgrid", "geodata", "cities", "manage.py", "pyproject.toml")


def run(*command: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run a program and keep what it printed."""
    argv = [str(part) for part in command]
    return subprocess.run(argv, cwd=cwd, capture_output=True, text=True, check=False)


def stale_compiled(source: Path, scratch: Path) -> str:
    """Say what is wrong with the compiled file of one catalogue; empty when it is current."""
    compiled = source.with_suffix(".mo")
    if not compiled.is_file():
        return f"{compiled.relative_to(ROOT)} is missing"
    fresh = scratch / f"{source.stem}.mo"
    result = run("msgfmt", "--check", "-o", fresh, source)
    if result.returncode:
        return result.stderr.strip()
    # Compared as text: other versions of msgfmt order the same content in other ways.
    texts = [run("msgunfmt", path).stdout for path in (compiled, fresh)]
    return "" if texts[0] == texts[1] else f"{compiled.relative_to(ROOT)} is older than its source"


def extract(scratch: Path) -> Path:
    """Let Django collect all marked texts inside a copy of the sources; returns the templates."""
    copy = scratch / "copy"
    copy.mkdir()
    for name in SOURCES:
        if (ROOT / name).is_dir():
            ignore = shutil.ignore_patterns("__pycache__", "vendor")
            shutil.copytree(ROOT / name, copy / name, ignore=ignore)
        elif (ROOT / name).is_file():
            shutil.copy(ROOT / name, copy / name)
    (copy / "locale").mkdir()
    for domain, options in DOMAINS.items():
        command = [sys.executable, "manage.py", "makemessages", "--locale", LOCALE]
        result = run(*command, "--domain", domain, "--keep-pot", *options, cwd=copy)
        if result.returncode:
            raise SystemExit(f"makemessages failed:\n{result.stderr.strip()}")
    return copy / "locale"


def wrong_lines(complaints: str) -> str:
    """Keep what is wrong: a translation that nothing uses any more is no fault."""
    lines = complaints.strip().replace(f"{ROOT}{os.sep}", "").splitlines()
    return "\n".join(line for line in lines if "this message is not used" not in line)


def problems() -> Iterator[str]:
    """Yield every complaint, one line or block each."""
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        templates = extract(scratch)
        for domain in DOMAINS:
            source = ROOT / "locale" / LOCALE / "LC_MESSAGES" / f"{domain}.po"
            template = templates / f"{domain}.pot"
            if not source.is_file():
                if template.is_file():
                    yield f"{source.relative_to(ROOT)} is missing: run make messages"
                continue
            if complaint := stale_compiled(source, scratch):
                yield complaint
            if template.is_file():
                result = run("msgcmp", source, template)
                if result.returncode:
                    yield wrong_lines(result.stderr)


def main() -> int:
    """Print what is wrong; 1 when anything is."""
    os.environ.setdefault("MAPGRID_SECRET_KEY", "only-to-collect-texts")
    missing = [tool for tool in ("msgfmt", "msgcmp", "xgettext") if not shutil.which(tool)]
    if missing:
        sys.stderr.write(f"gettext is not installed ({', '.join(missing)})\n")
        return 2
    found = list(problems())
    for problem in found:
        sys.stdout.write(f"{problem}\n")
    sys.stdout.write("translations: " + ("not current\n" if found else "current\n"))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
