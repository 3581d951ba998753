"""Reads logs with TensorBoard's own reader."""

from pathlib import Path

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator


def curves(folder: Path) -> dict[str, list[tuple[int, float]]]:
    """Steps and values of each curve of the log in `folder`."""
    log = EventAccumulator(str(folder), size_guidance={"scalars": 0})
    log.Reload()
    return {
        name: [(point.step, point.value) for point in log.Scalars(name)] for name in log.Tags()["scalars"]
    }
