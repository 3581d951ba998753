"""Separate environments for programs whose packages must not mix with ours: made on demand, and kept.

They are in `$FOREWORD_BENCH_HOME`, else in the user's cache, never in the checkout. Delete one to have it made anew.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import final

from platformdirs import user_cache_path

MAKING_SECONDS = 1_200
"""A longer installation is taken for a lost network."""


class Unavailable(Exception):
    """A program cannot run here; the message is the reason, in one line."""


@final
@dataclass(frozen=True, kw_only=True)
class Environment:
    """The packages that a program needs, as pip names them, and the minor versions of Python 3 that fit."""

    name: str
    packages: tuple[str, ...]
    modules: tuple[str, ...]
    minors: range

    def python(self) -> Path:
        """The interpreter of the environment, which is made if it is missing.

        Raises:
            Unavailable: It cannot be made: no such Python, or no network.
        """
        folder = home() / self.name
        interpreter = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        made = folder / "made-of.txt"
        if not made.exists() or made.read_text(encoding="utf-8").split() != list(self.packages):
            self._make(folder, interpreter)
            made.write_text("\n".join(self.packages), encoding="utf-8")
        return interpreter

    def _make(self, folder: Path, interpreter: Path) -> None:
        base = self._base()
        shutil.rmtree(folder, ignore_errors=True)
        print(f"making the environment {folder} of {', '.join(self.packages)}", file=sys.stderr)
        _call([base, "-m", "venv", str(folder)], "make an environment")
        install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"]
        _call([str(interpreter), *install, *self.packages], f"install {', '.join(self.packages)}")
        _call([str(interpreter), "-c", f"import {', '.join(self.modules)}"], f"import {self.name}")

    def _base(self) -> str:
        """A Python of the right version that works: this one, or one on the path."""
        names = [sys.executable] if sys.version_info.minor in self.minors else []
        names += [f"python3.{minor}" for minor in reversed(self.minors)]
        found = [path for name in names if (path := shutil.which(name))]
        for path in found:
            works = subprocess.run([path, "-c", "import ensurepip, venv"], capture_output=True, check=False)
            if works.returncode == 0:
                return path
        raise Unavailable(
            f"{self.name} needs Python 3.{self.minors[0]} to 3.{self.minors[-1]}, and none is on the path"
        )


MXNET = Environment(
    name="mxnet", packages=("mxnet==1.9.1", "numpy<1.24"), modules=("mxnet",), minors=range(8, 12)
)
JAX = Environment(name="jax", packages=("jax", "optax"), modules=("jax", "optax"), minors=range(11, 15))


def home() -> Path:
    """The folder of the environments."""
    named = os.environ.get("FOREWORD_BENCH_HOME")
    return Path(named) if named else user_cache_path("foreword") / "benchmarks"


def _call(command: list[str], purpose: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=MAKING_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise Unavailable(f"could not {purpose}: it took more than {MAKING_SECONDS // 60} minutes") from None
    if done.returncode != 0:
        raise Unavailable(f"could not {purpose}: {last_line(done.stderr)}")


def last_line(text: str) -> str:
    """The last line that is not empty, where Python and pip put their reason."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it does not say why"
