"""A fuzzer reads the OpenAPI document and finds it true: what it allows is answered, what it forbids is refused."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import httpx
import pytest

from foreword.web.answers import ENDPOINTS
from program import PATIENCE
from web.conftest import TOKEN

# 413 comes before a value is looked at, and is in the document.
CONFIGURATION = "[checks.negative_data_rejection]\nexpected-statuses = [400, 401, 403, 404, 413, 415, 422]\n"


@pytest.mark.all
@pytest.mark.skipif(find_spec("schemathesis") is None, reason="this needs: pip install schemathesis")
def test_the_document_of_the_api_is_true(
    served: "tuple[subprocess.Popen[str], httpx.Client]", tmp_path: Path
) -> None:
    process, client = served
    (tmp_path / "schemathesis.toml").write_text(CONFIGURATION, "utf-8")
    command = [
        sys.executable,
        "-m",
        "schemathesis.cli",
        "--config-file",
        str(tmp_path / "schemathesis.toml"),
        "run",
    ]
    command += [f"{client.base_url}/openapi.json", "--header", f"Authorization: Bearer {TOKEN}"]
    command += ["--max-examples", "15", "--seed", "1", "--generation-deterministic", "--no-color"]
    found = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    said = "\n".join(line[:300] for line in found.stdout.splitlines()[-120:])
    assert found.returncode == 0, said
    assert f"Tested: {len(ENDPOINTS)}" in said
    assert process.poll() is None
