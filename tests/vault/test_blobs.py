"""An encrypted file gives back what was put in, in whole or in part, or nothing."""

from __future__ import annotations

import os
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lessalone.vault import blobs

SIZES = [0, 1, 65535, 65536, 65537, 131072, 200_000]


def written(content: bytes, pieces: int = 50_000):
    blob_id, key = uuid4(), os.urandom(32)
    size = blobs.write(blob_id, key, (content[at : at + pieces] for at in range(0, len(content), pieces)))
    assert size == len(content)
    return blob_id, key


@pytest.mark.parametrize("size", SIZES)
def test_it_comes_back_whole(size):
    content = os.urandom(size)
    blob_id, key = written(content)
    assert blobs.read(blob_id, key) == content
    assert blobs.size_of_plain(blobs.path_of(blob_id).stat().st_size) == size


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 200_001), st.integers(0, 200_001), st.sampled_from([1000, 65536, 199_999]))
def test_any_part_of_it_can_be_read(start, stop, pieces):
    content = bytes(range(256)) * 782
    blob_id, key = written(content, pieces)
    assert b"".join(blobs.read_range(blob_id, key, start, stop)) == content[start:stop]


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_read_with_another_key(size):
    blob_id, _ = written(os.urandom(size))
    with pytest.raises(blobs.Damaged):
        blobs.read(blob_id, os.urandom(32))


def test_a_file_of_another_blob_does_not_open():
    first, key = written(b"one")
    other = uuid4()
    blobs.path_of(other).parent.mkdir(exist_ok=True)
    blobs.path_of(other).write_bytes(blobs.path_of(first).read_bytes())
    with pytest.raises(blobs.Damaged):
        blobs.read(other, key)


def _cut_in_a_segment(file):
    return file[:-5]


def _cut_between_segments(file):
    return file[: blobs.HEADER + 2 * blobs.SEALED_SEGMENT]


def _exchange_segments(file):
    a = blobs.HEADER
    b, c = a + blobs.SEALED_SEGMENT, a + 2 * blobs.SEALED_SEGMENT
    return file[:a] + file[b:c] + file[a:b] + file[c:]


def _repeat_a_segment(file):
    a, b = blobs.HEADER, blobs.HEADER + blobs.SEALED_SEGMENT
    return file[:b] + file[a:b] + file[b:]


def _flip_a_bit(file):
    return file[:100] + bytes([file[100] ^ 1]) + file[101:]


@pytest.mark.parametrize(
    "spoil", [_cut_in_a_segment, _cut_between_segments, _exchange_segments, _repeat_a_segment, _flip_a_bit]
)
def test_a_file_that_was_tampered_with_does_not_open(spoil):
    content = os.urandom(200_000)
    blob_id, key = written(content)
    path = blobs.path_of(blob_id)
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(blobs.Damaged):
        blobs.read(blob_id, key)


def test_files_are_closed_to_others():
    blob_id, _ = written(b"one")
    assert blobs.path_of(blob_id).stat().st_mode & 0o777 == 0o600
    assert blobs.path_of(blob_id).parent.stat().st_mode & 0o777 == 0o700


def test_removing_twice_is_the_same_as_once():
    blob_id, _ = written(b"one")
    assert blobs.remove(blob_id) > 0
    assert blobs.remove(blob_id) == 0
