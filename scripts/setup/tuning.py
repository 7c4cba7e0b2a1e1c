"""Settings of the private cluster, sized for the machine it runs on."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

MIB = 1024 * 1024
_CGROUP_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)


def machine_memory_bytes() -> int:
    """Return the memory this process may use: the machine's, or less inside a container."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for path in _CGROUP_LIMITS:
        try:
            limit = path.read_text(encoding="ascii").strip()
        except OSError:
            continue
        if limit.isdigit():
            total = min(total, int(limit))
    return total


def shared_memory_bytes(folder: Path = Path("/dev/shm")) -> int:
    """Return the size of the shared-memory file system; 0 where there is none."""
    try:
        stat = os.statvfs(folder)
    except OSError:
        return 0
    return stat.f_blocks * stat.f_frsize


def settings(
    *, memory_bytes: int, cores: int, shared_memory_bytes: int, socket_dir: Path
) -> dict[str, str]:
    """Choose the settings: durable, no network, memory by the machine's size.

    A load may still turn `synchronous_commit` off for its own session; a crash then loses the
    last moments of that load, never the consistency of the files.
    """
    memory_mib = memory_bytes // MIB
    chosen = {
        "listen_addresses": "",
        "port": "5432",
        "unix_socket_directories": str(socket_dir),
        "unix_socket_permissions": "0700",
        "max_connections": "60",
        "shared_buffers": f"{_between(128, memory_mib // 4, 4096)}MB",
        "effective_cache_size": f"{_between(256, memory_mib * 6 // 10, 65536)}MB",
        "work_mem": f"{_between(8, memory_mib // 400, 48)}MB",
        "maintenance_work_mem": f"{_between(64, memory_mib // 16, 512)}MB",
        # Map queries are short: compiling them costs more than it gives.
        "jit": "off",
        "random_page_cost": "1.1",
        "max_worker_processes": str(max(4, cores)),
        "max_parallel_workers": str(max(2, cores)),
        "max_parallel_workers_per_gather": str(_between(1, cores // 2, 4)),
        "wal_buffers": "32MB",
        "min_wal_size": "256MB",
        "max_wal_size": "2GB",
        "checkpoint_timeout": "15min",
        "wal_compression": "on",
        "autovacuum_naptime": "20s",
        "logging_collector": "on",
        "log_directory": "log",
        "log_filename": "postgresql-%a.log",
        "log_truncate_on_rotation": "on",
        "log_min_duration_statement": "2s",
        "log_line_prefix": "%m [%p] %q%d ",
    }
    if shared_memory_bytes < 256 * MIB:
        # Containers often give 64 MB there, too little for parallel queries.
        chosen["dynamic_shared_memory_type"] = "mmap"
    return chosen


def _between(low: int, value: int, high: int) -> int:
    return max(low, min(value, high))


def configuration(chosen: Mapping[str, str]) -> str:
    """Write settings as a PostgreSQL configuration file."""
    lines = ["# Written by ./run at every start; own settings: end of postgresql.conf."]
    lines += [f"{name} = '{value.replace(chr(39), chr(39) * 2)}'" for name, value in chosen.items()]
    return "\n".join(lines) + "\n"
