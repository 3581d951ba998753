"""`foreword serve` under load: its start, its memory, and how long typists wait.

    python -m benchmarks.serving --typists 50 --seconds 30

Each typist has a connection and types lines of their own at two keys a second; each key asks for suggestions.
"""

import argparse
import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import time
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
    """The milliseconds that one typist waited for each key, and how many answers were errors."""
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
    """The memory that a process has now, in millions of bytes."""
    pages = int(Path(f"/proc/{process}/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


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
        address = urlsplit(process.stdout.readline().strip())
        print(f"starts in {time.perf_counter() - begun:.2f} s, idle {megabytes(process.pid):.0f} MB")
        token = address.fragment.removeprefix("token=")
        waits, errors = asyncio.run(
            load(asked.typists, asked.seconds, address.hostname or "", address.port or 0, token)
        )
        p50, p95 = statistics.median(waits), statistics.quantiles(waits, n=20)[-1]
        print(
            f"{asked.typists} typists, {len(waits)} keys in {asked.seconds:.0f} s: p50 {p50:.1f} ms, p95 {p95:.1f} ms,"
        )
        print(f"longest {max(waits):.0f} ms, {errors} errors; then {megabytes(process.pid):.0f} MB")
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
