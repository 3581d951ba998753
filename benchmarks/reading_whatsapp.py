"""How fast are exports of WhatsApp read, and how much memory does it take?

    python benchmarks/reading_whatsapp.py [--megabytes 20]

The chats are made up in the formats of Android and the iPhone: three people, messages of one to fourteen words, some
with emoji and letters beyond ASCII, some over two lines, some pictures; 72 bytes a message in the mean. It measures
processor seconds on one core, the best of five rounds, including both readings of the file and the making of messages;
and the peak memory of Python, in a separate run.
"""

import argparse
import datetime as dt
import io
import json
import random
import tempfile
import time
import tracemalloc
from pathlib import Path

TEXT = (
    "the a I you we see tomorrow maybe ok yes no later good morning coffee train house work let's go "
    "👍 naïve über и так да привет 日本"
)
ROUNDS = 5
WORDS = TEXT.split()
STAMPS = {"Android": "%d/%m/%Y, %H:%M - ", "iPhone": "[%d.%m.%y, %H:%M:%S] "}


def chat(stamp: str, megabytes: float) -> bytes:
    """A chat of about this size."""
    chance, time_of, lines, size = random.Random(1), dt.datetime(2018, 1, 1, tzinfo=dt.UTC), [], 0
    while size < megabytes * 1e6:
        time_of += dt.timedelta(seconds=chance.randint(5, 900))
        text = " ".join(chance.choices(WORDS, k=chance.randint(1, 14)))
        if chance.random() < 0.05:
            text = "<Media omitted>"
        if chance.random() < 0.05:
            text += "\n" + " ".join(chance.choices(WORDS, k=8))
        name = chance.choice(["Ana Silva", "Ben", "+49 170 1234567"])
        lines.append(f"{time_of.strftime(stamp)}{name}: {text}\n")
        size += len(lines[-1].encode())
    return "".join(lines).encode()


def measure(phone: str, megabytes: float) -> dict[str, object]:
    """The figures of one chat."""
    from foreword.sources.chats import whatsapp
    from foreword.sources.opening import Opened
    from foreword.sources.report import Report

    with tempfile.NamedTemporaryFile() as file:
        content = chat(STAMPS[phone], megabytes)
        file.write(content)
        file.flush()

        def opening() -> io.BufferedIOBase:
            return Path(file.name).open("rb")

        opened = Opened(name=phone, opening=opening)
        seconds = []
        for _ in range(ROUNDS):
            begin = time.process_time()
            messages = sum(1 for _ in whatsapp.read(opened, Report()))
            seconds.append(time.process_time() - begin)
        tracemalloc.start()
        for _, _message in zip(range(messages // 4), whatsapp.read(opened, Report()), strict=False):
            pass
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return {
        "phone": phone,
        "messages": messages,
        "megabytes_per_second": round(len(content) / min(seconds) / 1e6, 1),
        "peak_megabytes": round(peak / 1e6, 1),
    }


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("--megabytes", type=float, default=20.0)
    asked = arguments.parse_args()
    for phone in STAMPS:
        print(json.dumps(measure(phone, asked.megabytes)), flush=True)


if __name__ == "__main__":
    main()
