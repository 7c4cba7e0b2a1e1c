"""From a checkout to a filled database: packages and PostgreSQL side by side, then the tables."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, cast

from scripts.setup.database import Database, Source, ensure_database
from scripts.setup.order import Order
from scripts.setup.packages import RUNTIME_LOCK, ensure_packages
from scripts.setup.process import child_environment, lock_descriptors, run, terminate_all
from scripts.setup.project import DEMO_CITY, Project, file_hash
from scripts.setup.report import Report, SetupError, Timing, t


@dataclass(frozen=True)
class Options:
    """What the command line asked for."""

    city: str = DEMO_CITY
    port: int | None = None
    demo: dict[str, Any] = field(default_factory=dict)
    ask: bool = True


@dataclass(frozen=True)
class Provisioned:
    """A set-up project: its database and the environment that its programs run with."""

    database: Database
    environment: dict[str, str]


def side_by_side(*tasks: Callable[[], Any]) -> list[Any]:
    """Run tasks in threads; the first error ends the others and is raised.

    An interruption ends them all as well, and waits until they are gone.
    """
    with ThreadPoolExecutor(max_workers=len(tasks)) as pool:
        futures: list[Future[Any]] = [pool.submit(task) for task in tasks]
        try:
            done, _ = wait(futures, return_when=FIRST_EXCEPTION)
        except KeyboardInterrupt:
            terminate_all()
            raise
        errors = [error for future in done if (error := future.exception())]
        if errors:
            terminate_all()
            raise errors[0]
    return [future.result() for future in futures]


def provision(project: Project, report: Report, options: Options) -> Provisioned:
    """Get packages and a running database, without filling it."""
    _, ready = side_by_side(
        lambda: ensure_packages(project, report, RUNTIME_LOCK),
        lambda: provision_database(project, report, options),
    )
    return cast("Provisioned", ready)


def provision_database(project: Project, report: Report, options: Options) -> Provisioned:
    """Get a running database and the environment to use it with."""
    address = os.environ.get("DATABASE_URL", "")
    database = ensure_database(project, report, options.city, address, ask=options.ask)
    return Provisioned(database, environment(project, options.city, database))


def environment(project: Project, city: str, database: Database) -> dict[str, str]:
    """Build the variables that `manage.py`, the server and the worker run with."""
    return child_environment(
        **database.environment,
        DATABASE_URL=database.url,
        DJANGO_SETTINGS_MODULE="mapgrid.settings",
        MAPGRID_CITY=city,
        MAPGRID_SECRET_KEY=os.environ.get("MAPGRID_SECRET_KEY") or project.secret_key(),
        MAPGRID_STATE_DIR=str(project.state),
        MAPGRID_MEDIA_ROOT=os.environ.get("MAPGRID_MEDIA_ROOT") or str(project.media_root(city)),
        MAPGRID_STATIC_ROOT=str(project.static_root),
        PYTHONPATH=str(project.root),
        PYTHONUNBUFFERED="1",
        # Compiled once, outside the sources: without it every start would compile everything.
        PYTHONDONTWRITEBYTECODE=None,
        PYTHONPYCACHEPREFIX=str(project.state / "pycache"),
    )


def fill(project: Project, report: Report, options: Options, ready: Provisioned) -> None:
    """Migrate, load the demonstration and collect static files, each only when it is due."""
    is_demo = options.city == DEMO_CITY
    order = Order(
        url=ready.database.url,
        answer=str(project.state / "tmp-prepare.json"),
        migrations=migrations_hash(project),
        migrate=True,
        demo=is_demo,
        demo_options=options.demo,
        open_city=not is_demo,
        logins=str(logins_file(project)),
    )
    side_by_side(
        lambda: prepare(project, report, ready, order),
        lambda: collect_static(project, report, ready.environment),
    )


def ensure_exists(project: Project, report: Report, ready: Provisioned) -> None:
    """Create the city's database when the server does not have it; its tables are not touched."""
    answer = str(project.state / "tmp-prepare.json")
    prepare(project, report, ready, Order(url=ready.database.url, answer=answer))


def ensure_usable(project: Project, report: Report, options: Options, ready: Provisioned) -> None:
    """Give a new database its tables, and a new city its start, so that commands can work on it.

    Tables that are there already stay as they are: `manage migrate` may be what is asked for.
    """
    order = Order(
        url=ready.database.url,
        answer=str(project.state / "tmp-prepare.json"),
        migrations=migrations_hash(project),
        migrate=True,
        only_new=True,
        open_city=options.city != DEMO_CITY,
    )
    prepare(project, report, ready, order)


def logins_file(project: Project) -> Path:
    """Where the demonstration's logins are kept for the next start."""
    return project.state / "demo-logins.txt"


def prepare(project: Project, report: Report, ready: Provisioned, order: Order) -> None:
    """Have the project's own interpreter carry out an order, and take over its timings."""
    env = dict(ready.environment)
    if ready.database.source is not Source.SERVER:
        # Only this load: after a crash it starts over, so nothing is gained by waiting for disks.
        env["PGOPTIONS"] = "-c synchronous_commit=off"
    process = subprocess.Popen(
        [str(project.python), "-P", "-m", "scripts.setup.prepare"],
        stdin=subprocess.PIPE,
        env=env,
        text=True,
        cwd=project.root,
        pass_fds=tuple(lock_descriptors),
    )
    try:
        process.communicate(json.dumps(asdict(order)))
    except BaseException:
        process.terminate()
        process.wait()
        raise
    answer = Path(order.answer)
    if answer.exists():
        timings = json.loads(answer.read_text(encoding="utf-8"))
        report.timings += [Timing(**timing) for timing in timings]
        answer.unlink()
    if process.returncode:
        raise SetupError(
            t("The database could not be filled (see above).", "数据库未能就绪（见上文）。")
        )


def migrations_hash(project: Project) -> str:
    """Hash all that decides the tables: migrations, their SQL, the apps' versions and list."""
    own = project.root / "mapgrid"
    files = {*own.glob("*/migrations/*.py"), *own.rglob("*.sql"), own / "settings.py"}
    return file_hash(*sorted(files), project.root / RUNTIME_LOCK)


def static_stamp(project: Project) -> str:
    """Stamp the sources of the static files: names, sizes and times, the lock for other apps'."""
    digest = hashlib.sha256(file_hash(project.root / RUNTIME_LOCK).encode())
    settings = [project.root / "mapgrid" / name for name in ("settings.py", "static.py")]
    for path in [*settings, *sorted(_static_files(project.root / "mapgrid"))]:
        if path.is_file():
            found = path.stat()
            digest.update(f"{path}:{found.st_size}:{found.st_mtime_ns};".encode())
    return digest.hexdigest()[:20]


def _static_files(folder: Path) -> Iterable[Path]:
    for static in folder.glob("*/static"):
        yield from static.rglob("*")


def collect_static(project: Project, report: Report, env: dict[str, str]) -> None:
    """Collect static files into a fresh folder and put it in place with one rename."""
    stamp = project.static_root / "mapgrid-stamp.txt"
    wanted = static_stamp(project)
    if stamp.is_file() and stamp.read_text(encoding="ascii") == wanted:
        return
    title = t("static files", "收集静态文件")
    with report.step(title) as step, project.scratch("static") as scratch:
        fresh = scratch / "new"
        run(
            [project.python, project.root / "manage.py", "collectstatic", "--noinput", "-v", "0"],
            env={**env, "MAPGRID_STATIC_ROOT": str(fresh)},
            holds_lock=True,
            step=step,
            log=project.logs / "static.log",
        )
        (fresh / stamp.name).write_text(wanted, encoding="ascii")
        if project.static_root.exists():
            project.static_root.rename(scratch / "old")
        fresh.rename(project.static_root)
        shutil.rmtree(scratch / "old", ignore_errors=True)
