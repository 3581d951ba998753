"""The API's documentation is true: the OpenAPI document, the reference made from it, and the how-to guide."""

import re
import shutil
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from foreword.web.endpoints import ENDPOINTS
from program import Program, ran
from scripts import http_reference
from web.conftest import TOKEN, Served

ROOT = Path(__file__).resolve().parents[2]
# The server sends 413 before it checks a value; 413 is in the document.
CONFIGURATION = "[checks.negative_data_rejection]\nexpected-statuses = [400, 401, 403, 404, 413, 415, 422]\n"


@pytest.mark.all
def test_the_openapi_document_matches_the_server(served: Served, tmp_path: Path) -> None:
    pytest.importorskip("schemathesis", reason="this needs: pip install schemathesis")
    process, client = served
    (tmp_path / "schemathesis.toml").write_text(CONFIGURATION, "utf-8")
    command = [sys.executable, *["-m", "schemathesis.cli", "--config-file", "schemathesis.toml", "run"]]
    command += [f"{client.base_url}/openapi.json", "--header", f"Authorization: Bearer {TOKEN}"]
    command += ["--max-examples", "15", "--seed", "1", "--generation-deterministic", "--no-color"]
    found = ran(*command, cwd=tmp_path)
    said = "\n".join(line[:300] for line in found.stdout.splitlines()[-120:])
    assert found.returncode == 0, said
    assert f"Tested: {len(ENDPOINTS)}" in said
    assert process.poll() is None


def test_the_reference_page_is_up_to_date() -> None:
    written = (ROOT / "docs" / "reference" / "http.md").read_text("utf-8")
    assert written == http_reference.reference(), "run scripts/docs"


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("curl") is None, reason="this needs curl")
def test_the_how_to_guide_works_as_written(tmp_path: Path) -> None:
    """Its programs run unchanged except for the port; tests/test_docs.py checks its first block."""
    pytest.importorskip("openai", reason="this needs: pip install openai")
    page = (ROOT / "docs" / "how-to" / "serve.md").read_text("utf-8")
    shell = re.search(r"```sh\n(export .*?)```", page, re.DOTALL)
    python = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert shell
    assert python
    serving, asking = shell[1].split("foreword serve --no-browser &\n")
    program, token = Program(tmp_path), serving.split('"')[1]
    with program.serving(Path("base"), FOREWORD_TOKEN=token) as (_, printed):
        for command, block in (("sh", asking), (sys.executable, python[1])):
            code = block.replace("8765", str(urlsplit(printed).port))
            done = ran(command, "-c", code, env=program.environment(FOREWORD_TOKEN=token))
            assert done.returncode == 0, done.stderr
            assert "tomorrow" in done.stdout if command == "sh" else len(done.stdout) > 150
