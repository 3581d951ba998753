"""What scripts/release looks at: the version, what is in the sdist and the wheel, and what was installed from them.

It needs nothing but Python, so that it runs in any environment.
"""

import argparse
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urljoin
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[1]
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
NAMED = re.compile(r"(\d\S*), (\d{4}-\d\d-\d\d)")
MOST_BYTES = 16_000_000
"""No file of a release is larger."""
MADE_BY_BUILDS = re.compile(r"^(PKG-INFO|foreword-[^/]*\.dist-info/.*)$")


def project(root: Path = ROOT) -> dict[str, object]:
    """The table `project` of pyproject.toml."""
    return dict(tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"])


def newest_heading(root: Path = ROOT) -> str:
    """The first heading of CHANGELOG.md: a version and a date, or `Unreleased`."""
    found = HEADING.search((root / "CHANGELOG.md").read_text("utf-8"))
    return found[1] if found else "none"


def agreed_version(root: Path = ROOT, *, rehearsed: bool = False) -> str:
    """The version, if pyproject.toml and CHANGELOG.md agree; a rehearsal also accepts `Unreleased`."""
    version, heading = str(project(root)["version"]), newest_heading(root)
    dated = NAMED.fullmatch(heading)
    if (dated and dated[1] == version) or (rehearsed and heading == "Unreleased"):
        return version
    sys.exit(
        f"pyproject.toml says {version}, the newest heading of CHANGELOG.md: {heading}. "
        f"Write `## {version}, {datetime.now(UTC):%Y-%m-%d}` there, or change the version."
    )


def committed(*folders: str) -> set[str]:
    """The files that git knows in these folders."""
    listed = subprocess.run(  # noqa: S603
        ["git", "ls-files", "-z", "--", *folders],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    return set(filter(None, listed.stdout.split("\0")))


def held(path: Path) -> dict[str, int]:
    """The files of a wheel, or of an sdist below its one folder, with their bytes."""
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as opened:
            return {each.filename: each.file_size for each in opened.infolist() if not each.is_dir()}
    with tarfile.open(path) as opened:
        return {each.name.partition("/")[2]: each.size for each in opened if each.isfile()}


def faults(files: dict[str, int], wanted: set[str]) -> list[str]:
    """The faults in the files of a distribution."""
    found = {name for name in files if not MADE_BY_BUILDS.match(name)}
    return [
        *(f"not in git: {name}" for name in sorted(found - wanted)),
        *(f"missing: {name}" for name in sorted(wanted - found)),
        *(f"over 16 MB: {name}" for name, size in sorted(files.items()) if size > MOST_BYTES),
    ]


def check_contents(folder: Path) -> None:
    """Compare both distributions with the committed files; print their sizes."""
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    code = committed("src/foreword")
    source = code | committed(
        "recipes", "README.md", "CHANGELOG.md", "LICENSE", "pyproject.toml", ".gitignore"
    )
    wrong = []
    for path, wanted in ((wheel, {name.removeprefix("src/") for name in code}), (sdist, source)):
        files = held(path)
        print(
            f"{path.name}: {len(files)} files, {path.stat().st_size:,} bytes, {sum(files.values()):,} unpacked"
        )
        wrong += [f"{path.name}: {each}" for each in faults(files, wanted)]
    if wrong:
        sys.exit("\n".join(wrong))


def check_surfaces() -> None:
    """Request files and a word from the page; load the language server and the input method; read a document."""
    with tempfile.TemporaryDirectory() as home:
        page = Path(home, "letter.html")
        page.write_text("<p>We meet at the Falkenhof.</p>", "utf-8")
        begin = [sys.executable, "-m", "foreword"]
        read = subprocess.run([*begin, "preview", str(page)], capture_output=True, text=True, check=True)  # noqa: S603
        assert "Falkenhof" in read.stdout, read.stdout  # noqa: S101
        __import__("foreword.lsp.server")
        __import__("foreword.ibus.engine")
        serve = [*begin, "serve", "-m", "base", "--port", "0"]
        served = subprocess.Popen(serve, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)  # noqa: S603
        try:
            assert served.stdout is not None  # noqa: S101
            ask_page(served.stdout.readline().strip())
        finally:
            served.terminate()
            served.communicate()
    print("The page, the language server, the input method and documents work.")


def ask_page(address: str) -> None:
    """Request the page at an address, and the files it needs."""
    page = urlopen(address).read().decode()  # noqa: S310 - our own page
    files = re.findall(r'(?:src|href)="(/[^"]+)"', page)
    assert len(files) >= 2, page  # noqa: S101
    for name in files:
        urlopen(urljoin(address, name)).close()  # noqa: S310


def print_installed() -> None:
    """Print the versions of Python and of each installed dependency of pyproject.toml."""
    table = project()
    needs = [*table["dependencies"]]  # type: ignore[misc]
    for extra, names in table["optional-dependencies"].items():  # type: ignore[attr-defined]
        needs += [] if extra in ("all", "train") else names
    names = [re.match(r"[\w-]+", each)[0] for each in needs]  # type: ignore[index]
    print(", ".join(f"{name} {version(name)}" for name in names))


def print_next() -> None:
    """Print the steps for a person after scripts/release has checked everything."""
    number, heading = project()["version"], newest_heading()
    if not NAMED.fullmatch(heading):
        print(
            f"- A rehearsal: CHANGELOG.md says {heading}. Write the version and the date, commit, run it again."
        )
    if "urls" not in project():
        print(
            "- pyproject.toml has no [project.urls]: name the repository, or links of README lead nowhere there."
        )
    print(f"- git tag --sign v{number} --message 'Foreword {number}'")
    print("- python -m twine upload dist/*      (asks for the account's token)")
    print(f"- git push origin v{number}; then begin the next heading of CHANGELOG.md.")


def main() -> None:
    """As the command line asks."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument("--version", action="store_true", help="print the version that is agreed on")
    asked.add_argument("--rehearse", action="store_true", help="the same; CHANGELOG.md may say Unreleased")
    asked.add_argument(
        "--contents", type=Path, metavar="FOLDER", help="check the sdist and the wheel in a folder"
    )
    asked.add_argument(
        "--surfaces", action="store_true", help="try what is installed beside the command line"
    )
    asked.add_argument("--installed", action="store_true", help="print the versions of the dependencies")
    asked.add_argument("--next", action="store_true", help="print what is left to do by hand")
    chosen = parser.parse_args()
    if chosen.version or chosen.rehearse:
        print(agreed_version(rehearsed=chosen.rehearse))
    elif chosen.contents:
        check_contents(chosen.contents)
    elif chosen.surfaces:
        check_surfaces()
    elif chosen.installed:
        print_installed()
    else:
        print_next()


if __name__ == "__main__":
    main()
