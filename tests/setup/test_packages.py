"""The Python environment: when it is current, and how pip's settings reach uv."""

from __future__ import annotations

import json

import pytest

from scripts.setup import packages, pip_config
from scripts.setup.project import Project


@pytest.fixture
def filled(project: Project) -> Project:
    """A checkout whose environment was filled from its lock."""
    (project.root / packages.RUNTIME_LOCK).write_text("django==5.2\n")
    project.python.parent.mkdir(parents=True)
    project.python.touch(mode=0o755)
    stamp = {packages.RUNTIME_LOCK: packages.lock_hash(project, packages.RUNTIME_LOCK)}
    packages.stamp_path(project).write_text(json.dumps(stamp))
    return project


def test_an_environment_filled_from_this_lock_is_left_alone(filled: Project) -> None:
    assert packages.is_current(filled, packages.RUNTIME_LOCK)
    assert not packages.is_current(filled, packages.DEVELOPMENT_LOCK)


def test_a_changed_lock_is_installed_again(filled: Project) -> None:
    (filled.root / packages.RUNTIME_LOCK).write_text("django==5.2.1\n")
    assert not packages.is_current(filled, packages.RUNTIME_LOCK)


@pytest.mark.parametrize("content", ["", "{", "[]", '"text"'])
def test_an_unreadable_stamp_counts_as_nothing_installed(filled: Project, content: str) -> None:
    packages.stamp_path(filled).write_text(content)
    assert not packages.is_current(filled, packages.RUNTIME_LOCK)


def test_an_environment_without_interpreter_is_never_current(filled: Project) -> None:
    filled.python.unlink()
    assert not packages.is_current(filled, packages.RUNTIME_LOCK)


def test_pip_settings_of_the_environment_win_over_files() -> None:
    settings = pip_config.parse(
        [
            "global.index-url='https://mirror.example/simple'",
            ":env:.index-url='https://office.example/simple'",
            "install.index-url='https://section.example/simple'",
            "global.cert='/etc/ca.pem'",
            "freeze.timeout='1'",
            "nonsense",
        ]
    )
    assert settings == {"index-url": "https://office.example/simple", "cert": "/etc/ca.pem"}


def test_uv_is_told_every_source_that_pip_knows() -> None:
    settings = {
        "index-url": "https://mirror.example/simple",
        "extra-index-url": "file:///a file:///b",
        "find-links": "/wheels",
        "trusted-host": "mirror.example",
        "no-index": "true",
    }
    assert pip_config.uv_arguments(settings) == [
        *("--default-index", "https://mirror.example/simple"),
        *("--index", "file:///a", "--index", "file:///b"),
        *("--index-strategy", "unsafe-best-match"),
        *("--find-links", "/wheels"),
        *("--allow-insecure-host", "mirror.example"),
        "--no-index",
    ]
    assert pip_config.uv_arguments({}) == []


def test_a_certificate_set_for_everything_is_not_replaced_by_pips() -> None:
    settings = {"cert": "/etc/pip.pem", "proxy": "http://proxy:3128"}
    assert pip_config.uv_environment(settings, {"SSL_CERT_FILE": "/etc/all.pem"}) == {
        "HTTPS_PROXY": "http://proxy:3128",
        "HTTP_PROXY": "http://proxy:3128",
    }


@pytest.mark.parametrize(
    ("output", "seconds"),
    [
        ("Prepared 48 packages in 3.21s\nInstalled 48 packages in 95ms", 3.21),
        ("Prepared 1 package in 850ms", 0.85),
        ("Prepared 60 packages in 1m 02s", 62.0),
        ("Audited 48 packages in 3ms", 0.0),
    ],
)
def test_download_time_is_read_from_uv(output: str, seconds: float) -> None:
    assert packages.prepared_seconds(output) == pytest.approx(seconds)
