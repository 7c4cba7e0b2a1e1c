"""The private cluster: its programs, its socket, and its life after a crash."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from scripts.setup import cluster, debian, postgres, sockets, tuning
from scripts.setup.cluster import Place
from scripts.setup.database import find_binaries
from scripts.setup.process import Identity
from scripts.setup.project import Project
from scripts.setup.report import SetupError


def make_server(root: Path, major: int, *, postgis: bool) -> Path:
    """Lay out server programs as Debian does below `root`."""
    bindir = root / f"usr/lib/postgresql/{major}/bin"
    share = root / f"usr/share/postgresql/{major}"
    bindir.mkdir(parents=True)
    (share / "extension").mkdir(parents=True)
    (share / "postgres.bki").touch()
    for name in ("postgres", "initdb", "pg_ctl"):
        (bindir / name).touch(mode=0o755)
    if postgis:
        (share / "extension" / "postgis.control").touch()
    return bindir


def test_the_newest_server_that_has_postgis_is_chosen(tmp_path: Path) -> None:
    make_server(tmp_path, 17, postgis=False)
    expected = make_server(tmp_path, 16, postgis=True)
    make_server(tmp_path, 15, postgis=True)

    chosen = postgres.choose(postgres.installed(tmp_path))
    assert chosen is not None
    assert (chosen.bindir, chosen.major) == (expected, 16)


def test_existing_data_keep_the_version_that_made_them(tmp_path: Path) -> None:
    make_server(tmp_path, 16, postgis=True)
    expected = make_server(tmp_path, 15, postgis=True)

    chosen = postgres.choose(postgres.installed(tmp_path), data_major=15)
    assert chosen is not None
    assert chosen.bindir == expected
    assert postgres.choose(postgres.installed(tmp_path), data_major=14) is None


def test_unpacked_packages_get_the_links_that_installing_would_make(tmp_path: Path) -> None:
    make_server(tmp_path, 15, postgis=False)
    extension = tmp_path / "usr/share/postgresql/15/extension"
    (extension / "postgis-3.control").touch()
    (tmp_path / "usr/lib/x86_64-linux-gnu/blas").mkdir(parents=True)
    (tmp_path / "usr/share/proj").mkdir()

    debian.link_alternatives(tmp_path)

    (found,) = postgres.unpacked(tmp_path)
    assert found.has_postgis
    libraries = found.environment["LD_LIBRARY_PATH"].split(":")
    assert str(tmp_path / "usr/lib/x86_64-linux-gnu/blas") in libraries
    assert found.environment["PROJ_DATA"] == str(tmp_path / "usr/share/proj")


def test_a_socket_path_of_107_bytes_fits_and_one_of_108_does_not() -> None:
    name_bytes = len(sockets.SOCKET_NAME) + 1
    assert sockets.fits(Path("/" + "x" * (106 - name_bytes)))
    assert not sockets.fits(Path("/" + "x" * (107 - name_bytes)))
    # 网 takes three bytes: the limit counts bytes, not characters.
    assert not sockets.fits(Path("/" + "网" * 40))


def test_the_socket_never_lies_below_a_long_project_path(tmp_path: Path) -> None:
    deep = Project(tmp_path / ("d" * 150))
    for uid in (0, 1000):
        found = sockets.candidates(deep.key, uid, {"XDG_RUNTIME_DIR": "/nowhere"})
        assert found
        assert all(sockets.fits(folder) for folder in found)


def test_a_link_in_place_of_the_socket_folder_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o755)
    trap = tmp_path / "trap"
    trap.symlink_to(elsewhere)

    good = tmp_path / "good"
    assert sockets.choose([trap, good], None) == good
    assert good.stat().st_mode & 0o777 == 0o700
    assert elsewhere.stat().st_mode & 0o777 == 0o755
    with pytest.raises(SetupError, match="TMPDIR"):
        sockets.choose([trap], None)


def test_small_containers_do_not_put_shared_memory_where_it_does_not_fit() -> None:
    common = {"memory_bytes": 2 * 1024**3, "cores": 2, "socket_dir": Path("/run/it's here")}
    small = tuning.settings(shared_memory_bytes=64 * 1024**2, **common)  # type: ignore[arg-type]
    large = tuning.settings(shared_memory_bytes=1024**3, **common)  # type: ignore[arg-type]
    assert small["dynamic_shared_memory_type"] == "mmap"
    assert "dynamic_shared_memory_type" not in large
    assert small["listen_addresses"] == ""
    assert "fsync" not in small
    assert "unix_socket_directories = '/run/it''s here'" in tuning.configuration(small)


@pytest.mark.parametrize("memory_gib", [0.5, 2, 24, 512])
def test_memory_settings_stay_inside_the_machine(memory_gib: float) -> None:
    chosen = tuning.settings(
        memory_bytes=int(memory_gib * 1024**3),
        cores=2,
        shared_memory_bytes=1024**3,
        socket_dir=Path("/run"),
    )
    shared_mib = int(chosen["shared_buffers"].removesuffix("MB"))
    assert 128 <= shared_mib <= max(128, memory_gib * 1024 / 4)


def test_a_process_number_used_again_is_not_taken_for_the_server(project: Project) -> None:
    place = Place(project.state / "pg", None)
    place.data.mkdir(parents=True)
    (place.data / "postmaster.pid").write_text(
        f"{os.getpid()}\n{place.data}\n0\n5432\n/tmp\n*\n0\nready\n"
    )
    assert cluster.read_postmaster(place) is None


@pytest.mark.long
def test_the_database_comes_back_after_being_killed(open_project: Project) -> None:
    binaries, _ = find_binaries(open_project)
    if binaries is None:
        pytest.skip("no PostgreSQL programs with PostGIS on this machine")
    place = cluster.find_place(open_project, uid=os.geteuid())
    cluster.initialise(open_project, place, binaries)
    try:
        socket_dir = cluster.ensure_running(open_project, place, binaries)
        server = cluster.read_postmaster(place)
        assert server is not None
        assert server.socket_dir == socket_dir

        os.kill(server.pid, signal.SIGKILL)
        assert cluster.ensure_running(open_project, place, binaries) == socket_dir
        again = cluster.read_postmaster(place)
        assert again is not None
        assert again.pid != server.pid
        assert cluster.answers(again)
        # The socket's folder may be swept away while the server runs on.
        (socket_dir / sockets.SOCKET_NAME).unlink()
        assert not cluster.answers(again)
        cluster.ensure_running(open_project, place, binaries)
    finally:
        assert cluster.stop(open_project, place, binaries)
    assert not cluster.stop(open_project, place, binaries)


def test_data_of_another_user_are_refused_with_a_way_out(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project.state / "pg").mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 4242)
    with pytest.raises(SetupError, match="another user"):
        cluster.find_place(project)


@pytest.mark.parametrize("enters", [True, False])
def test_root_gives_data_a_place_that_the_server_can_enter(
    project: Project, monkeypatch: pytest.MonkeyPatch, enters: bool
) -> None:
    monkeypatch.setattr(cluster, "server_user", lambda: Identity(65534, 65534))
    monkeypatch.setattr(cluster, "quietly", lambda *_, **__: "" if enters else None)
    place = cluster.find_place(project, uid=0)
    expected = project.state / "pg" if enters else cluster.SHARED_PLACE / project.key
    assert place == Place(expected, Identity(65534, 65534))
