"""The command line of `./run`, and what `./run test` calls a failure."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from scripts.setup import cli, testing
from scripts.setup.testing import Result, fail_when_required, is_strict

ROOT = Path(__file__).resolve().parents[2]


def test_without_words_the_demonstration_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAPGRID_CITY", raising=False)
    found = cli.parse([])
    assert (found.command, found.city, found.port) == ("serve", "demo", None)


@pytest.mark.parametrize("command", ["manage", "python", "test"])
def test_what_follows_a_passing_command_is_not_read(command: str) -> None:
    found = cli.parse(["--city", "wuhan", command, "--port", "1", "--city", "x", "stop"])
    assert (found.command, found.city, found.port) == (command, "wuhan", None)
    assert found.rest == ["--port", "1", "--city", "x", "stop"]


@pytest.mark.parametrize("words", [["--port", "0"], ["--port", "x"], ["fly"], ["--prot", "1"]])
def test_a_wrong_command_line_is_refused(words: list[str]) -> None:
    with pytest.raises(SystemExit):
        cli.parse(words)


@pytest.mark.parametrize(
    ("value", "strict"), [("true", True), ("1", True), ("", False), ("no", False)]
)
def test_only_the_integration_machine_fails_on_skipped_tests(value: str, strict: bool) -> None:
    assert is_strict({"CI": value}) is strict


def test_where_everything_is_required_a_skipped_browser_is_a_failure() -> None:
    skipped = Result("browser", "skipped", reason="no chromium")
    assert fail_when_required(skipped, {"browser"}) == Result(
        "browser", "failed", reason="no chromium"
    )
    assert fail_when_required(skipped, {"pytest"}) is skipped


def test_the_summary_says_why_something_was_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    line = testing.summary_line(Result("browser", "skipped", reason="no chromium"))
    assert "skipped" in line
    assert "(no chromium)" in line


@pytest.mark.parametrize("locale", ["C.UTF-8", "zh_CN.UTF-8"])
def test_help_needs_nothing_installed_and_speaks_the_readers_language(locale: str) -> None:
    env = {"PATH": os.environ["PATH"], "LC_ALL": locale}
    shown = subprocess.run(
        [ROOT / "run", "help"], capture_output=True, text=True, env=env, cwd="/", check=True
    ).stdout
    assert "./run doctor" in shown
    assert ("检查环境" in shown) is locale.startswith("zh")
