"""This module stops unwanted side effects of libraries, before they are loaded (docs/decisions/0014).

ONNX Runtime reports its use to a server. Matplotlib and PyTorch write files outside Foreword's folders. A rule of the
linter forbids imports of ONNX Runtime and Matplotlib in other modules.

jaxtyping, the language of annotations such as `Float32[np.ndarray, "time batch"]`, takes 30 ms and 5 MB of each command
to load, and only the tests check them. So where it is not loaded, an annotation is the plain type of its array.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from matplotlib.figure import Figure

    from foreword.errors import MissingExtra

if TYPE_CHECKING or sys.modules.get("jaxtyping"):
    from jaxtyping import Bool, Float, Float32, Float64, Int32, Int64, Integer, Shaped, UInt, UInt8, UInt32
else:

    class _Unchecked:
        def __class_getitem__(cls, array_and_shape: tuple[type, str]) -> type:
            return array_and_shape[0]

    Bool = Float = Float32 = Float64 = Int32 = Int64 = Integer = Shaped = UInt = UInt8 = UInt32 = _Unchecked

TELEMETRY = "ORT_DISABLE_TELEMETRY"

TRAINING_MODULES = {"torch": "PyTorch", "onnx": "ONNX"}
WAITING = {"OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "10000"}
"""Waiting threads sleep (any OpenMP). GNU's, which PyTorch uses on Linux, sleep after about 0.1 ms."""

_reports_already = False


def switch_off_telemetry() -> None:
    """Stop the reports of ONNX Runtime. `import foreword` calls this before any Foreword module can load it.

    ONNX Runtime reads the variable once, during its import. A later call of its own `disable_telemetry_events` is too
    late: it has already written an id of this computer to the person's cache, and it looks up its server.
    """
    global _reports_already  # noqa: PLW0603 - it lasts as long as the loaded library
    if "onnxruntime" in sys.modules and os.environ.get(TELEMETRY, "0") in {"", "0"}:
        _reports_already = True
    os.environ[TELEMETRY] = "1"


def load_onnxruntime(part: str = "onnxruntime") -> "ModuleType":
    """ONNX Runtime, or one of its modules, without telemetry.

    Raises:
        TelemetryOn: it was loaded before Foreword and may send reports.
    """
    from importlib import import_module

    from foreword.errors import TelemetryOn

    if _reports_already:
        raise TelemetryOn(
            "onnxruntime was loaded before foreword and may send reports to a server; "
            f"import foreword first, or set {TELEMETRY}=1 before Python starts"
        )
    os.environ[TELEMETRY] = "1"  # the program may have changed it
    import_module("onnxruntime").disable_telemetry_events()  # older versions on Windows report, too
    return import_module(part)


def let_threads_sleep() -> None:
    """Let PyTorch's threads sleep during long waits.

    Call it before PyTorch is imported, because OpenMP reads its settings once. By default, its threads spin: training
    is 10 or more times slower when another program takes one of two cores. If they slept
    at once, waking them would take half of the time when no other program runs (docs/decisions/0009).
    """
    for name, value in WAITING.items():
        os.environ.setdefault(name, value)


def require_training() -> None:
    """Check that training is possible here. Call it before PyTorch is imported: it lets its threads sleep, too.

    Raises:
        MissingExtra: PyTorch or ONNX is not installed; the message says how to get them.
    """
    from foreword.errors import MissingExtra

    missing = missing_for_training()
    if missing:
        raise MissingExtra(
            f'training needs {" and ".join(missing)}, not installed here: pip install "foreword[train]". On Linux '
            "without a GPU, first: pip install torch --index-url https://download.pytorch.org/whl/cpu "
            "(200 MB instead of several GB)"
        )
    let_threads_sleep()


def missing_for_training() -> list[str]:
    """The titles of the libraries that training needs and that are not installed."""
    from importlib.util import find_spec

    return [title for name, title in TRAINING_MODULES.items() if find_spec(name) is None]


def documents_missing(name: str) -> "MissingExtra":
    """The error for the document `name` when the libraries for documents are not installed."""
    from foreword.errors import MissingExtra

    return MissingExtra(f'{name} is a document; to read it: pip install "foreword[documents]"')


def load_matplotlib() -> "ModuleType":
    """`matplotlib.figure`; Foreword's cache keeps its list of fonts."""
    import warnings

    from foreword.files import system_folder

    warnings.filterwarnings("ignore", "Glyph .* missing")  # a character missing in the font is a box
    cache = system_folder("cache") / "matplotlib"
    return _load_leaving_files_in(cache, "matplotlib.figure", "MPLCONFIGDIR")


def png_of(figure: "Figure") -> bytes:
    """A figure of Matplotlib as a PNG."""
    from io import BytesIO

    file = BytesIO()
    figure.savefig(file, format="png", dpi=120)
    return file.getvalue()


def load_torch_compiler() -> None:
    """Load `torch._dynamo` before PyTorch does; its cache folder is temporary, because nothing needs it."""
    _load_leaving_files_in(None, "torch._dynamo", "TORCHINDUCTOR_CACHE_DIR")


def _load_leaving_files_in(folder: "Path | None", name: str, variable: str) -> "ModuleType":
    """Import a module while `variable` names the folder for its files: `folder`, or else a temporary one.

    If the person has set the variable, their folder is used.
    """
    from contextlib import suppress
    from importlib import import_module
    from tempfile import TemporaryDirectory

    if variable in os.environ or name in sys.modules:
        return import_module(name)
    with TemporaryDirectory(prefix="foreword-") as temporary:
        os.environ[variable] = temporary
        if folder is not None:
            with suppress(OSError):  # the home folder may be read-only
                folder.mkdir(parents=True, exist_ok=True)
                os.environ[variable] = str(folder)
        try:
            return import_module(name)
        finally:
            os.environ.pop(variable, None)
