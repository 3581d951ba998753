"""Which unit of text is best for a base? The same network on the same texts, with equal processor time per unit.

    OMP_NUM_THREADS=1 python benchmarks/units.py TEXT … --people FOLDER … --prose FILE --out FOLDER
        [--units characters,500,1000,2000,4000,8000,2000-tied,2000-sampled] [--minutes 5] [--messages 50]

A number is that of subwords. With `-tied` the output uses the embedding's matrix. With `-sampled` the training text is
cut by BPE-dropout of 0.1 (Provilkov and others 2020): it skips a tenth of the merges, so one word has many spellings.

The processor time of a step is measured for all units in turn. Each unit then trains the steps that fit in `--minutes`.
The network types messages of each person (folders as in keystrokes.py, but train.txt is not learned), lines of the
prose, and messages of the first person with a typo in each word: learning, three words shown, an empty memory.
Milliseconds are processor time of a list.

FOLDER has a file with the figures of each unit, its model, and its corpus. The command continues from existing files.
The folder may be deleted afterwards.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Any, Final

sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np
import tokenizers

from benchmarks.keystrokes import Watched
from benchmarks.peers.arguments import at_least_one
from benchmarks.peers.contenders import Person
from benchmarks.peers.machine import as_line, describe
from foreword import modelfolder
from foreword.assess.keystrokes import Keystrokes, lines_of, replay, sample
from foreword.corpus.prepare import Corpus, EncodingSettings, Stream, encode
from foreword.corpus.texts import ReadSettings, read
from foreword.errors import ForewordError, RunError
from foreword.keyboard.suggest import Keyboard
from foreword.libraries import require_training
from foreword.modelfolder import writing
from foreword.modelfolder.card import PICTURE
from foreword.modelfolder.lexicon import count_words, text_of
from foreword.runtime.model import Model
from foreword.text.vocabularies import cut_at_tokens

if TYPE_CHECKING:
    from foreword.training.plan import Plan

UNITS: Final = "characters,500,1000,2000,4000,8000,2000-tied,2000-sampled"
LEFT_OUT: Final = 0.1
HELD_OUT: Final = 0.02
HIDDEN: Final = 384
ENDLESS: Final = 10**6
ROUNDS, STEPS = 8, 3


def recipe(unit: str, steps: int) -> dict[str, dict[str, object]]:
    """The recipe of the network and its training."""
    is_subwords = unit != "characters"
    embedding = HIDDEN if "tied" in unit else 256 if is_subwords else 128
    return {
        "text": {"unit": "subwords" if is_subwords else "characters", "held_out": HELD_OUT},
        "model": {
            "architecture": "lstm", "embedding": embedding, "hidden": HIDDEN, "layers": 2, "tied": "tied" in unit,
            "dropout": 0.0, "input_dropout": 0.0, "carry_dropout": 0.0,
        },
        "training": {
            "batch": 64, "unroll": 32 if is_subwords else 64, "learning_rate": 0.006, "weight_decay": 0.02,
            "warm_up": 0.01, "steps": steps, "validations": 2, "patience": 0, "precision": "float32",
        },
    }  # fmt: skip


def prepared(units: Sequence[str], texts: Sequence[str], out: Path) -> dict[str, Corpus]:
    """The corpus of each unit, existing or made now."""
    found: dict[str, Corpus] = {}
    for unit in units:
        try:
            found[unit] = Corpus.open(out / unit / "corpus")
        except RunError:
            continue
    missing = [unit for unit in units if unit not in found]
    if missing:
        with read(texts, out / "cleaned", ReadSettings(held_out=HELD_OUT)) as cleaned:
            for unit in missing:
                say(f"{unit}: cut")
                number = None if unit == "characters" else int(unit.partition("-")[0])
                settings = EncodingSettings(unit="subwords" if number else "characters", vocabulary=number)
                found[unit] = encode(cleaned, out / unit / "corpus", settings)
    return {unit: sampled(found[unit]) if "sampled" in unit else found[unit] for unit in units}


def text_to_train(corpus: Corpus) -> str:
    """The training text."""
    return corpus.tokenizer.decode(np.asarray(corpus.train.ids[1:], dtype=np.int64))


def sampled(corpus: Corpus) -> Corpus:
    """The same corpus; its training text is cut anew, with merges skipped at random."""
    cutter = tokenizers.Tokenizer.from_str(corpus.tokenizer.to_json())
    cutter.model.dropout = LEFT_OUT
    pieces = [np.array([corpus.tokenizer.newline], dtype=np.uint16)]
    pieces += [
        np.array(cutter.encode(piece).ids, dtype=np.uint16)
        for piece in cut_at_tokens([text_to_train(corpus)])
    ]
    train = Stream("train", np.concatenate(pieces), corpus.train.characters)
    return replace(corpus, train=train)


def planned(unit: str, corpus: Corpus, steps: int) -> "Plan":
    """The plan for this number of steps."""
    import torch

    from foreword.training.plan import plan_run

    return plan_run(recipe(unit, steps), corpus, device=torch.device("cpu"))


def seconds_per_step(corpora: Mapping[str, Corpus]) -> dict[str, float]:
    """The processor time of a step per unit: the least of several rounds, because other programs only add time."""
    from foreword.training.loop import fit
    from foreword.training.plan import new_session

    runs = {
        unit: fit(new_session(planned(unit, corpus, ENDLESS), corpus)) for unit, corpus in corpora.items()
    }
    spent: dict[str, list[float]] = {unit: [] for unit in runs}
    for _ in range(ROUNDS + 1):
        for unit, run in runs.items():
            begun = process_time()
            for _ in range(STEPS):
                next(run)
            spent[unit].append((process_time() - begun) / STEPS)
    return {unit: min(each[1:]) for unit, each in spent.items()}


def trained(unit: str, corpus: Corpus, steps: int, to: Path) -> dict[str, Any]:
    """Train and write the model folder as a base is shipped; returns the cost and the figures of the test part."""
    from foreword.personal.export import Run, export
    from foreword.training.loop import fit
    from foreword.training.plan import new_session

    plan = planned(unit, corpus, steps)
    session = new_session(plan, corpus)
    begun = process_time()
    for number, _ in enumerate(fit(session)):
        if number % 100 == 0:
            say(f"{unit}: {number} of {steps} steps")
    seconds = process_time() - begun
    for _ in export(Run(to=to, plan=plan, corpus=corpus, session=session)):
        pass
    folder = modelfolder.read(to)
    weights = {name: weight.astype(np.float16) for name, weight in folder.weights().items()}
    quantized = folder.graph(quantized=True)
    test = folder.training["held_out"]["test"]  # type: ignore[index]  # as export writes it
    contents = writing.Contents(
        config=folder.config,
        tokenizer_json=folder.tokenizer_json,
        weights=weights,
        graph=None,
        quantized=quantized,
        training=folder.training,
        card=(to / "README.md").read_text("utf-8"),
        pictures={each.name: each.read_bytes() for each in to.glob(PICTURE)},
        lexicon=text_of(count_words(text_to_train(corpus))),
    )
    writing.write(to, contents)
    return {
        "steps": steps,
        "epochs": session.epochs,
        "processor_seconds": seconds,
        "characters_per_token": test["characters"] / test["tokens"],
        "bits_per_character": test["bits_per_character"],
        "weights": sum(weight.size for weight in weights.values()),
        "weights_megabytes": sum(weight.nbytes for weight in weights.values()) / 1e6,
        "graph_megabytes": None if quantized is None else len(quantized) / 1e6,
    }


def typed(model: Model, messages: Sequence[str], *, typos: bool = False) -> dict[str, Any]:
    """Savings, the time of a list, and the keys and characters of each message."""
    keyboard = Watched(Keyboard(model), frozenset())
    found: Keystrokes = replay(keyboard, messages, slips=typos)
    return {
        "savings": found.savings,
        "milliseconds_p50": float(np.percentile(keyboard.milliseconds, 50)),
        "milliseconds_p95": float(np.percentile(keyboard.milliseconds, 95)),
        "messages": [[each.keys, each.characters] for each in found.messages],
    }


def figures(unit: str, corpus: Corpus, steps: int, asked: argparse.Namespace) -> dict[str, Any]:
    """All figures of a unit, kept in the file of its name."""
    folder: Path = asked.out / unit
    kept, of_training = folder / "figures.json", folder / "training.json"
    if kept.exists():
        return dict(json.loads(kept.read_text("utf-8")))
    if not of_training.exists():
        of_training.write_text(json.dumps(trained(unit, corpus, steps, folder / "model")), "utf-8")
    model, count = Model.open(str(folder / "model")), asked.messages
    people = [Person.read(each, count) for each in asked.people]
    prose = sample(lines_of([asked.prose.read_text("utf-8")]), count)
    found = json.loads(of_training.read_text("utf-8"))
    for person in people:
        say(f"{unit}: {person.folder.name}")
        found[person.folder.name] = typed(model, person.messages)
    say(f"{unit}: prose, typos")
    found["prose"] = typed(model, prose)
    found["typos"] = typed(model, people[0].messages, typos=True)
    kept.write_text(json.dumps(found), "utf-8")
    return dict(found)


def table(found: Mapping[str, Mapping[str, Any]], people: Sequence[str]) -> Iterator[str]:
    """The table in Markdown."""
    sizes = ("characters a token", "steps", "epochs", "bits per character")
    head = ("unit", *sizes, *people, "prose", "typos", "p50", "p95", "MB")
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for unit, each in found.items():
        savings = (f"{100 * each[name]['savings']:.1f}" for name in (*people, "prose", "typos"))
        times = (
            f"{np.mean([each[name][which] for name in people]):.1f}"
            for which in ("milliseconds_p50", "milliseconds_p95")
        )
        shown = (
            unit, f"{each['characters_per_token']:.2f}", f"{each['steps']:,}", f"{each['epochs']:.2f}",
            f"{each['bits_per_character']:.3f}", *savings, *times,
            f"{each['weights_megabytes']:.1f} + {each['graph_megabytes'] or 0:.1f}",
        )  # fmt: skip
        yield f"| {' | '.join(shown)} |"


def say(words: str) -> None:
    """Print on standard error."""
    print(words, file=sys.stderr, flush=True)


def main() -> None:
    asked, machine = _arguments(), describe()
    require_training()  # before PyTorch

    from foreword.training.device import keep_large_buffers

    keep_large_buffers()
    asked.out.mkdir(parents=True, exist_ok=True)
    try:
        corpora = prepared(asked.units, asked.texts, asked.out)
        costs = asked.out / "seconds_per_step.json"
        seconds = json.loads(costs.read_text("utf-8")) if costs.exists() else {}
        if unknown := {unit: corpus for unit, corpus in corpora.items() if unit not in seconds}:
            seconds |= seconds_per_step(unknown)
            costs.write_text(json.dumps(seconds), "utf-8")
        found = {
            unit: figures(unit, corpus, round(60 * asked.minutes / seconds[unit]), asked)
            for unit, corpus in corpora.items()
        }
    except ForewordError as error:
        raise SystemExit(str(error)) from None
    print(*table(found, [each.name for each in asked.people]), as_line(machine), sep="\n")


def _arguments() -> argparse.Namespace:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("texts", nargs="+", metavar="TEXT", help="files, or a sample")
    arguments.add_argument("--people", nargs="+", type=Path, required=True, metavar="FOLDER")
    arguments.add_argument("--prose", type=Path, required=True, metavar="FILE")
    arguments.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    arguments.add_argument("--units", type=lambda names: names.split(","), default=UNITS, metavar="NAMES")
    arguments.add_argument("--minutes", type=float, default=5.0, help="processor time of a training (5)")
    arguments.add_argument("--messages", type=at_least_one, default=50, metavar="N", help="of each kind (50)")
    return arguments.parse_args()


if __name__ == "__main__":
    main()
