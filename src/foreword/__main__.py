"""The command `foreword`, also as `python -m foreword`. Ctrl-C ends it silently, even during loading."""

import os

try:
    import signal  # it takes most of the time until Ctrl-C is handled below
except KeyboardInterrupt:
    os._exit(130)


def main() -> None:
    """Load the command line and run it."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else the shell ignores the signal
        signal.signal(signal.SIGINT, lambda *_: os._exit(130))
    from foreword.cli.main import main as run  # noqa: PLC0415 - loads typer and rich

    if signal.getsignal(signal.SIGINT) != signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        run()
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            # Else a second signal prints a traceback.
            if signal.getsignal(number) is signal.default_int_handler:
                signal.signal(number, signal.SIG_DFL)


if __name__ == "__main__":
    main()
