"""`python -m headway.jobs.child …`: a command of Headway that ends itself when who started it is gone.

Whoever started it holds the other end of its standard input. When that closes, be it by `kill -9`, the
command is interrupted as by Ctrl-C, so that a training leaves its checkpoint.
"""

from __future__ import annotations

import _thread
import os
import runpy
import signal
import threading


def main_with_parent() -> None:
    """Run the command; interrupt it when the parent is gone."""
    # A shell that starts the console in the background has it ignore Ctrl-C, and its children with it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Thread(target=_watch, name="headway-parent", daemon=True).start()
    # By name: the command line stands on the roof, above this room.
    runpy.run_module("headway", run_name="__main__")


def _watch() -> None:
    # Not by `sys.stdin`: a thread that waits in it keeps the interpreter from ending.
    while os.read(0, 1024):
        pass
    _thread.interrupt_main()


if __name__ == "__main__":
    main_with_parent()
