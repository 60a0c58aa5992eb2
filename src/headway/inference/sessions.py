"""onnxruntime sessions: opened quietly, with thread settings of ours and errors of ours."""

from __future__ import annotations

import os
from pathlib import Path

import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as _state

from headway.errors import ConfigurationError, ModelError

_ERRORS_ONLY = 3
# onnxruntime's errors share no base class of their own.
GRAPH_ERRORS: tuple[type[Exception], ...] = (
    _state.Fail,
    _state.InvalidArgument,
    _state.InvalidGraph,
    _state.InvalidProtobuf,
    _state.NoSuchFile,
    _state.NotImplemented,
    _state.RuntimeException,
)


def thread_count(threads: int | None = None) -> int:
    """How many threads to compute with: the number given, else HEADWAY_THREADS, else one per processor.

    Raises `ConfigurationError` for a number that is not a positive integer.
    """
    wanted = os.environ.get("HEADWAY_THREADS") if threads is None else str(threads)
    if not wanted:
        return os.cpu_count() or 1
    if not wanted.strip().isdecimal() or int(wanted) < 1:
        raise ConfigurationError(
            f"The number of threads is {wanted!r}; a whole number from 1 was expected.",
            next_step="Correct the environment variable HEADWAY_THREADS, or remove it.",
        )
    return int(wanted)


def open_session(path: Path, threads: int) -> onnxruntime.InferenceSession:
    """Open a graph for the CPU; one run of it uses `threads` threads.

    Raises `ModelError` where onnxruntime cannot read or run the graph.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _ERRORS_ONLY
    try:
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except GRAPH_ERRORS as error:
        raise ModelError(
            f"onnxruntime {onnxruntime.__version__} cannot open {path}: {str(error).splitlines()[0]}",
            next_step="Upgrade onnxruntime, or train the model again.",
        ) from error
