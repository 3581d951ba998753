"""What libraries do beside their work is stopped here, before they are loaded (docs/decisions/0043).

ONNX Runtime reports its use to a server. Matplotlib and PyTorch leave files in folders that are not Foreword's. A rule
of the linter holds that ONNX Runtime and Matplotlib are imported nowhere else.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from foreword.errors import MissingExtra

TELEMETRY = "ORT_DISABLE_TELEMETRY"

TRAINING_MODULES = {"torch": "PyTorch", "onnx": "ONNX"}
WAITING = {"OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "10000"}
"""Threads that wait sleep (any OpenMP); GNU's, which PyTorch has on Linux, after a tenth of a millisecond or so."""

_reports_already = False


def switch_off_telemetry() -> None:
    """Tell ONNX Runtime to report nothing. `import foreword` calls this before any module of Foreword's can load it.

    It looks at the variable once, while it is loaded. Its own `disable_telemetry_events` comes too late: by then it has
    written an id of this computer to the person's cache and looks up its server.
    """
    global _reports_already  # noqa: PLW0603 - it lasts as long as what is loaded
    if "onnxruntime" in sys.modules and os.environ.get(TELEMETRY, "0") in {"", "0"}:
        _reports_already = True
    os.environ[TELEMETRY] = "1"


def load_onnxruntime(part: str = "onnxruntime") -> "ModuleType":
    """ONNX Runtime, or a part of it, with its telemetry off.

    Raises:
        TelemetryOn: it was loaded before Foreword and may be reporting.
    """
    from importlib import import_module

    from foreword.errors import TelemetryOn

    if _reports_already:
        raise TelemetryOn(
            "onnxruntime was loaded before foreword and may report to a server what it does; "
            f"import foreword first, or set {TELEMETRY}=1 before Python starts"
        )
    os.environ[TELEMETRY] = "1"  # whatever the program has done to it meanwhile
    import_module("onnxruntime").disable_telemetry_events()  # on Windows older versions report, too
    return import_module(part)


def require_training() -> None:
    """See that networks can be trained here, and let PyTorch's threads sleep where they would wait long.

    To be called before PyTorch is imported, for OpenMP looks at its settings once. By default its threads spin, and
    training slows down ten times and more when another program takes one of two cores; where they sleep at once,
    waking them takes half of the time when none does (docs/decisions/0009).

    Raises:
        MissingExtra: PyTorch or ONNX is not installed; the message says how to get them.
    """
    from foreword.errors import MissingExtra

    missing = lacking()
    if missing:
        raise MissingExtra(
            f'training needs {" and ".join(missing)}, not installed here: pip install "foreword[train]". On Linux '
            "without a GPU, first: pip install torch --index-url https://download.pytorch.org/whl/cpu "
            "(200 MB instead of several GB)"
        )
    for name, value in WAITING.items():
        os.environ.setdefault(name, value)


def lacking() -> list[str]:
    """What training needs that is not installed, by its title."""
    from importlib.util import find_spec

    return [title for name, title in TRAINING_MODULES.items() if find_spec(name) is None]


def documents_missing(name: str) -> "MissingExtra":
    """The error where `name` cannot be read without the libraries for documents."""
    from foreword.errors import MissingExtra

    return MissingExtra(f"{name} is a document; to read it, get: pip install 'foreword[documents]'")


def load_matplotlib() -> "ModuleType":
    """`matplotlib.figure`; the list of fonts that it makes once is kept in Foreword's cache."""
    import platformdirs

    cache = platformdirs.user_cache_path("foreword", appauthor=False) / "matplotlib"
    return _load_leaving_files_in(cache, "matplotlib.figure", "MPLCONFIGDIR")


def load_torch_compiler() -> None:
    """Load `torch._dynamo`, as PyTorch does by itself later; nothing needs the folder that it makes for its cache."""
    _load_leaving_files_in(None, "torch._dynamo", "TORCHINDUCTOR_CACHE_DIR")


def _load_leaving_files_in(folder: "Path | None", name: str, variable: str) -> "ModuleType":
    """Import a module while `variable` names the folder for its files: a temporary one without `folder`.

    Where the person has set the variable, their folder is the one.
    """
    from contextlib import suppress
    from importlib import import_module
    from tempfile import TemporaryDirectory

    if variable in os.environ or name in sys.modules:
        return import_module(name)
    with TemporaryDirectory(prefix="foreword-") as temporary:
        os.environ[variable] = temporary
        if folder is not None:
            with suppress(OSError):  # of a home that is read-only
                folder.mkdir(parents=True, exist_ok=True)
                os.environ[variable] = str(folder)
        try:
            return import_module(name)
        finally:
            os.environ.pop(variable, None)
