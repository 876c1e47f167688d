"""The way in: `caddis`, and `python -m caddis`."""

# What of `signal` is written in C: the rest takes a while to be imported.
import _signal as signal  # type: ignore[import-not-found]


def main() -> int:
    """Run the command line; Ctrl-C ends it quietly from the first moment."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:
        # What is imported next takes a while, and Python would tell in which line.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from caddis.cli import main as answer

    if before is signal.default_int_handler:
        signal.signal(signal.SIGINT, before)
    return answer()


if __name__ == "__main__":
    raise SystemExit(main())
