"""`foreword serve`: its start, its memory, how long typists wait, and how long one waits in Chromium.

    python -m benchmarks.serving --typists 50 --seconds 30

First one person types on the page in Chromium (if playwright and Chromium are there): from a key's event to the frame
in which its suggestions are painted. Then each typist has a connection and types lines of their own at two keys a
second; each key asks for suggestions.
"""

import argparse
import asyncio
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import time
import urllib.request
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

LINES = (
    "I will see you tomorrow at the station",
    "Thank you for the message, I am on my way",
    "What do you think about the new film",
    "We should have dinner together some time next week",
    "It was raining all day and I forgot my umbrella",
    "Can you send me the photos from the party",
)
KEYS_A_SECOND = 2.0


async def typist(number: int, host: str, port: int, token: str, until: float) -> tuple[list[float], int]:
    """The milliseconds that one typist waited for each key, and the number of errors."""
    draw = random.Random(number)
    await asyncio.sleep(draw.random() / KEYS_A_SECOND)
    reader, writer = await asyncio.open_connection(host, port)
    waits, errors, text = [], 0, f"{number}: "
    while time.perf_counter() < until:
        for letter in draw.choice(LINES) + "\n":
            text += letter
            begun = time.perf_counter()
            if begun > until:
                break
            body = json.dumps({"text": text, "shown": True}).encode()
            head = f"POST /v1/suggest HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: Bearer {token}\r\n"
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write(head.encode() + body)
            answer = await reader.readuntil(b"\r\n\r\n")
            length = next(
                int(line.split(b":")[1])
                for line in answer.split(b"\r\n")
                if line.lower().startswith(b"content-length:")
            )
            await reader.readexactly(length)
            errors += not answer.startswith(b"HTTP/1.1 200")
            waits.append(1000 * (time.perf_counter() - begun))
            await asyncio.sleep(max(0.0, draw.gauss(1 / KEYS_A_SECOND, 0.1) - waits[-1] / 1000))
    writer.close()
    return waits, errors


async def load(typists: int, seconds: float, host: str, port: int, token: str) -> tuple[list[float], int]:
    """All typists at once."""
    until = time.perf_counter() + seconds
    found = await asyncio.gather(*(typist(number, host, port, token, until) for number in range(typists)))
    return [wait for waits, _ in found for wait in waits], sum(errors for _, errors in found)


def megabytes(process: int) -> float:
    """The current memory of a process, in millions of bytes."""
    pages = int(Path(f"/proc/{process}/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def processor_seconds(process: int) -> float:
    """The processor time of a process: unlike waiting times, it does not depend on other programs."""
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


PAINTED = """() => {
  window.waits = [];
  const text = document.getElementById('text'), fetched = window.fetch;
  let at = 0;
  text.addEventListener('keydown', event => { at = event.timeStamp; }, true);
  window.fetch = async (...asked) => {
    const begun = at, answer = await fetched(...asked), json = answer.json.bind(answer);
    if (asked[0] === '/v1/suggest') answer.json = async () => {
      const found = await json();  // the page draws it, then the browser paints a frame
      requestAnimationFrame(() => { const {port1, port2} = new MessageChannel();
        port1.onmessage = () => waits.push(performance.now() - begun); port2.postMessage(0); });
      return found;
    };
    return answer;
  };
}"""


def key_to_painted(address: str) -> list[float]:
    """The milliseconds from each key to the frame with its suggestions, for one person in Chromium."""
    from playwright.sync_api import expect, sync_playwright

    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(address)
        expect(page.locator("html")).to_have_attribute("data-ready", "yes")
        page.evaluate(PAINTED)
        for line in LINES:
            page.locator("#text").press_sequentially(line + ". ", delay=150)
        waits: list[float] = page.evaluate("waits")
        browser.close()
    return waits


def shown(waits: list[float]) -> str:
    """Their median, 95th percentile and maximum."""
    p50, p95 = statistics.median(waits), statistics.quantiles(waits, n=20)[-1]
    return f"{len(waits)} keys: p50 {p50:.1f} ms, p95 {p95:.1f} ms, longest {max(waits):.0f} ms"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--typists", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--model", default="base")
    asked = parser.parse_args()
    begun = time.perf_counter()
    command = [sys.executable, "-m", "foreword", "serve", "--port", "0", "-m", asked.model, "--private"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        whole = process.stdout.readline().strip()
        address = urlsplit(whole)
        with urllib.request.urlopen(f"http://{address.netloc}/healthz") as healthy:
            assert healthy.status == 200
        print(f"healthy after {time.perf_counter() - begun:.2f} s, idle {megabytes(process.pid):.0f} MB")
        if find_spec("playwright") and shutil.which("chromium"):
            print(f"from key to paint in Chromium, {shown(key_to_painted(whole))}")
        used = processor_seconds(process.pid)
        token = address.fragment.removeprefix("token=")
        waits, errors = asyncio.run(
            load(asked.typists, asked.seconds, address.hostname or "", address.port or 0, token)
        )
        print(f"{asked.typists} typists in {asked.seconds:.0f} s, {shown(waits)}, {errors} errors")
        used = processor_seconds(process.pid) - used
        print(f"a key takes {1000 * used / len(waits):.1f} ms of a processor")
        print(f"then {megabytes(process.pid):.0f} MB; load of the computer {os.getloadavg()[0]:.1f}")
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
