"""The `jianbao` command's way in and out: whatever happens → an exit status, and plain words where something failed.

This module itself imports next to nothing: Ctrl-C may come at any moment, and only what `main` imports is within its `try`.
"""

import os
import signal
import sys
from types import FrameType


def main() -> None:
    """Run the command; exits with one of the numbers that services.cli.app's HELP names."""
    # Where Ctrl-C is ignored, as for what a script runs in the background, it stays so.
    ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    try:
        if ours:
            signal.signal(signal.SIGINT, _interrupted_early)
        status = _run()
    except KeyboardInterrupt:
        status = 130
    if ours:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # Nothing is left to clean: the interpreter's own end needs no traceback.
    sys.exit(status)


def _interrupted_early(_number: int, _frame: FrameType | None) -> None:
    """Ctrl-C before the command is put together: nothing is begun, and a KeyboardInterrupt in an import may be swallowed by what is imported."""
    os._exit(130)


def _interrupted(_number: int, frame: FrameType | None) -> None:
    """Ctrl-C: as Python does it, but in an import, where what is half made turns KeyboardInterrupt into errors of its own or swallows it.

    A command's module is imported before the command begins; `demo`, which has something to stop at all times, sets a handler of its own.
    """
    while frame:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            os._exit(130)
        frame = frame.f_back
    raise KeyboardInterrupt


def _run() -> int | str | None:
    """The exit status; each failure is said in plain words, in one place for all commands."""
    from services.cli import streams
    from services.cli.app import create_app
    from shared.errors import JianbaoError
    from shared.private import keep_private

    keep_private()
    streams.prepare()
    status: int | str | None = 0
    try:
        try:
            app = create_app()
            if signal.getsignal(signal.SIGINT) is _interrupted_early:
                signal.signal(signal.SIGINT, _interrupted)
            app()
        except SystemExit as asked:
            status = asked.code
        except OSError as error:
            status = _failed(": ".join(str(part) for part in (error.filename, error.strerror or error) if part is not None))
        finally:
            streams.finish()
    except streams.OutputGone:
        streams.abandon()
        return 141  # As the shell says of a process that SIGPIPE ended: 128 + 13.
    except streams.OutputFailed as error:
        streams.abandon()
        return _failed(str(error))
    except JianbaoError as error:
        return _failed(str(error))
    return status


def _failed(message: str) -> int:
    import typer

    from shared.terminal import whole

    typer.secho(f"jianbao: {whole(message)}", fg=typer.colors.RED, err=True)
    return 1
