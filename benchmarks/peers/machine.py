"""The facts that a speed depends on: processor, cores, matrix instructions, and the load of other programs."""

import os
import platform
from collections.abc import Mapping
from pathlib import Path

TELLING = ("avx2", "avx512f", "avx512_bf16", "avx512_fp16", "amx_tile", "amx_bf16", "asimd", "bf16")
"""Flags of /proc/cpuinfo that decide how matrices are multiplied."""


def describe() -> dict[str, object]:
    """The machine, for people who compare figures. `load` is the number of programs that recently wanted a core."""
    about = _cpuinfo()
    model = about.get("model name") or platform.processor() or platform.machine()
    flags = (about.get("flags") or about.get("Features") or "").split()
    return {
        "processor": model,
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "flags": [flag for flag in TELLING if flag in flags],
        "system": platform.platform(),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
    }


def as_line(machine: Mapping[str, object]) -> str:
    """The result of `describe`, for people."""
    flags = machine["flags"]
    named = ", ".join(flags) if isinstance(flags, list) and flags else "none that tells"
    return (
        f"{machine['processor']}, {machine['cores']} cores, {named}; {machine['system']}, Python {machine['python']}; "
        f"load at the start {machine['load']}"
    )


def _cpuinfo() -> dict[str, str]:
    """The facts of Linux about its first processor; empty on other systems."""
    file = Path("/proc/cpuinfo")
    if not file.exists():
        return {}
    first = file.read_text(encoding="utf-8").split("\n\n")[0]
    pairs = (line.partition(":") for line in first.splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs}
