"""Where zstd data may end: behind a frame, and nowhere else."""

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from tropebot.audit.zstdframes import Frames

SKIPPED = b"\x53\x2a\x4d\x18\x03\0\0\0abc"
EMPTY_SKIPPED = b"\x50\x2a\x4d\x18\0\0\0\0"
DATA = bytes(range(256)) * 2_000


def frame(data: bytes, **how: object) -> bytes:
    parameters = zstandard.ZstdCompressionParameters.from_level(3, **how)
    return zstandard.ZstdCompressor(compression_params=parameters).compress(data)


def streamed(data: bytes) -> bytes:
    """Of a size that is not known when the frame begins."""
    packer = zstandard.ZstdCompressor().compressobj()
    return packer.compress(data) + packer.flush()


FRAMES = [
    frame(b""),
    frame(b"x"),
    frame(b"x" * 200_000),
    frame(DATA),
    frame(DATA, write_checksum=1),
    frame(DATA, write_content_size=0),
    frame(DATA[:70_000]),
    streamed(DATA),
    SKIPPED,
    EMPTY_SKIPPED,
]


def whole(data: bytes, piece: int) -> bool:
    frames = Frames()
    for at in range(0, len(data), piece):
        frames.take(data[at : at + piece])
    return frames.whole


@given(st.lists(st.sampled_from(FRAMES), max_size=4), st.integers(1, 300))
def test_frames_one_behind_the_other_are_whole(frames: list[bytes], piece: int) -> None:
    assert whole(b"".join(frames), piece)


@given(st.sampled_from(FRAMES), st.sampled_from(FRAMES), st.data(), st.integers(1, 300))
def test_a_frame_that_is_cut_anywhere_is_not(
    first: bytes, cut: bytes, data: st.DataObject, piece: int
) -> None:
    end = data.draw(st.integers(1, len(cut) - 1))
    assert not whole(first + cut[:end], piece)


@pytest.mark.parametrize("data", [b"", b"no zstd data", frame(b"x") + b"rubbish behind"])
def test_what_is_no_frame_is_left_to_the_unpacker(data: bytes) -> None:
    assert whole(data, 7)
