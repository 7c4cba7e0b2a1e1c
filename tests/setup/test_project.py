"""Folders, secrets, locks and ports of one checkout."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from scripts.setup import lock, provision, serve
from scripts.setup.project import Project, check_city_file, check_city_name, file_hash
from scripts.setup.report import Report, SetupError, Timing, speaks_chinese

HOLD = """
import sys, time
from pathlib import Path
from scripts.setup.lock import holding
with holding(Path(sys.argv[1]), print) as held:
    held.note("http://127.0.0.1:8000/")
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("name", ["demo", "zhengzhou", "new_york_2"])
def test_a_city_may_be_named_with_small_letters_digits_and_underscores(name: str) -> None:
    assert check_city_name(name) == name


@pytest.mark.parametrize(
    "name", ["", "Wuhan", "a-b", "x; drop", "../etc", "9lives", "a" * 41, "市"]
)
def test_a_city_name_that_could_not_be_a_database_is_refused(name: str) -> None:
    with pytest.raises(SetupError, match="cannot name a city"):
        check_city_name(name)


def test_the_secret_key_is_made_once_and_only_its_owner_reads_it(project: Project) -> None:
    key = project.secret_key()
    assert len(key) >= 50
    assert project.secret_key() == key
    assert (project.state / "secret_key").stat().st_mode & 0o777 == 0o600


def test_two_checkouts_never_share_a_key_for_outside_folders(tmp_path: Path) -> None:
    assert Project(tmp_path / "a").key != Project(tmp_path / "b").key


def test_what_an_interrupted_start_left_is_swept_away(project: Project) -> None:
    (project.state / "tmp-static-abc").mkdir()
    (project.state / "media").mkdir()
    project.sweep()
    assert not list(project.state.glob("tmp-*"))
    assert (project.state / "media").is_dir()


def test_a_hash_tells_contents_names_and_order_apart(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("1")
    two.write_text("2")
    hashes = {file_hash(one), file_hash(one, two), file_hash(two, one), file_hash(tmp_path / "no")}
    assert len(hashes) == 4


def test_a_new_migration_or_lock_asks_for_migrating_again(project: Project) -> None:
    folder = project.root / "mapgrid" / "grids" / "migrations"
    folder.mkdir(parents=True)
    (folder / "0001_initial.py").write_text("first")
    seen = {provision.migrations_hash(project)}
    (folder / "0002_more.py").write_text("second")
    seen.add(provision.migrations_hash(project))
    (folder / "0002_more.sql").write_text("SELECT 1")
    seen.add(provision.migrations_hash(project))
    (project.root / "requirements.txt").write_text("django==5.2.1")
    seen.add(provision.migrations_hash(project))
    assert len(seen) == 4


def test_a_lock_names_its_holder_and_is_free_when_that_process_dies(project: Project) -> None:
    path = project.state / "setup.lock"
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        cwd=root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        assert lock.holder(path) == (other.pid, "http://127.0.0.1:8000/")
        with lock.trying(path) as mine:
            assert mine is None
        other.kill()
    assert lock.holder(path) is None
    with lock.trying(path) as mine:
        assert mine is not None


def test_waiting_for_a_lock_is_said_once_and_ends_when_it_is_free(project: Project) -> None:
    path = project.state / "setup.lock"
    said: list[str] = []
    released = threading.Event()

    def wait() -> None:
        with lock.holding(path, said.append):
            assert released.is_set()

    with lock.holding(path, said.append):
        waiting = threading.Thread(target=wait)
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()
        released.set()
    waiting.join(5)
    assert not waiting.is_alive()
    assert len(said) == 1


def test_a_taken_port_gives_the_next_free_one() -> None:
    with serve.bind(None, first=18650) as first, serve.bind(None, first=18650) as second:
        assert second.getsockname()[1] > first.getsockname()[1]


def test_a_port_that_was_asked_for_is_never_swapped_for_another() -> None:
    with serve.bind(None, first=18650) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SetupError, match=str(port)):
            serve.bind(port)


def test_nobody_answering_is_no_answer_and_no_error() -> None:
    with serve.bind(None, first=18650) as listener:
        port = listener.getsockname()[1]
    assert serve.probe(port) == (0, 0)


def test_the_account_adds_downloads_and_work_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    report = Report(timings=[Timing("a", 2.0, 1.0), Timing("b", 0.5, 4.0)])
    assert report.account(5.0) == ("downloads 2.5 s, work 5.0 s; side by side that took 5.0 s")


@pytest.mark.parametrize(
    ("environ", "chinese"),
    [
        ({"LANG": "zh_CN.UTF-8"}, True),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, False),
        ({"LANG": "en_GB.UTF-8"}, False),
        ({}, False),
    ],
)
def test_messages_follow_the_locale(environ: dict[str, str], chinese: bool) -> None:
    assert speaks_chinese(environ) is chinese


def test_an_error_in_one_thread_is_raised_and_the_others_are_waited_for() -> None:
    def fail() -> None:
        raise SetupError("no disk")

    with pytest.raises(SetupError, match="no disk"):
        provision.side_by_side(lambda: 1, fail)


def test_a_city_without_a_file_is_refused_by_name_and_the_known_ones_are_named(
    project: Project,
) -> None:
    (project.root / "cities").mkdir()
    (project.root / "cities" / "anyang.toml").touch()
    (project.state / "cities").mkdir()
    (project.state / "cities" / "luoyang.toml").touch()
    for name in ("anyang", "luoyang"):
        check_city_file(project, name)
    with pytest.raises(SetupError, match=r"nowhere.*anyang, luoyang"):
        check_city_file(project, "nowhere")
