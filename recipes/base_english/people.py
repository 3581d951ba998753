"""The conversations of chitchat-dataset, read from its own file, and the people never learned from."""

import importlib.resources
import json

LEFT_OUT = frozenset(
    {
        "720840be-e522-47ba-9e9f-143f66372673",
        "0f9fe1f8-9afe-4bc0-b283-4841cf9954d8",
        "afe2b8b4-deb6-4f94-849b-8cc59a6140bd",
        "a54af4d5-736a-4ef6-8f51-f45b6c5fdab7",
        "9c569478-f89c-4afd-8053-7d5e85c50be6",
        "994e94a5-6ae0-4365-8322-93d359cf1c3c",
        "60576dcf-5b39-4420-a850-33ff7d108047",
        "bdd83751-3d49-4efd-9c25-d68d30f280c9",
        "70501b84-2434-46da-a0b9-6f1dc3dd62c0",
        "d6e03ccc-4e40-40ea-9abb-131c62ed2bf6",
        "6dd41fff-8b63-44be-bae7-524ce4ca5796",
        "20a5e75d-5e36-4408-9073-bafa4ccd7974",
        "95677b7a-44c1-499b-8551-b5ccd870c35a",  # the demo learns these messages
    }
)
"""The twelve people on whom keystrokes are counted, and the demo's person."""

Talk = list[dict[str, str]]


def conversations() -> list[Talk]:
    """All conversations of the package, with messages in the order they were sent."""
    file = importlib.resources.files("chitchat_dataset") / "dataset.json"
    talks = [
        [message for turn in talk["messages"] for message in turn]
        for talk in json.loads(file.read_text("utf-8")).values()
    ]
    return [sorted(talk, key=lambda message: message["timestamp"]) for talk in talks if talk]


def left_out() -> list[Talk]:
    """The conversations in which one of these people takes part."""
    return [talk for talk in conversations() if LEFT_OUT & {message["sender"] for message in talk}]
