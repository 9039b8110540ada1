"""The meaning of a text, as the mean of the vectors of its words.

Words of English and Spanish with the same meaning have similar vectors, so that the classifier
judges words that it was not taught. The vectors of ``word_vectors.bin`` were worked out once from
multilingual-e5-small (Wang et al. 2024, MIT licence): each word alone, without the mean, reduced
to the 64 main directions, and weighted so that frequent words count little (Arora, Liang and Ma
2017). Words are stored as hashes.
"""

import struct
import zlib
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from cx_feedback.core.text.text_folding import fold_letters

VECTORS_PATH = Path(__file__).with_name("word_vectors.bin")
DIMENSIONS = 64
_HEADER = struct.Struct("<4sII")
_FORMAT = b"cxv1"

_Array: TypeAlias = "np.ndarray[Any, np.dtype[Any]]"


class DamagedVectors(Exception):
    """The file of the word vectors can't be used."""


@lru_cache(maxsize=1)
def load_vectors() -> tuple[_Array, _Array, _Array]:
    """Return the hashes of the words in order, their vectors, and the factor of each vector.

    Raises DamagedVectors if the file is missing or damaged.
    """
    try:
        stored = VECTORS_PATH.read_bytes()
    except OSError as error:
        raise DamagedVectors(str(error)) from error
    body = stored[_HEADER.size :]
    head = _HEADER.unpack_from(stored) if len(stored) >= _HEADER.size else (b"", 0, 0)
    if head[0] != _FORMAT or head[2] != zlib.crc32(body):
        raise DamagedVectors("its checksum is wrong")
    count = head[1]
    hashes = np.frombuffer(body, "<u4", count)
    factors = np.frombuffer(body, "<f2", count, 4 * count)
    vectors = np.frombuffer(body, np.int8, count * DIMENSIONS, 6 * count)
    return hashes, vectors.reshape(count, DIMENSIONS), factors


def pack_vectors(vectors: dict[str, _Array]) -> bytes:
    """Return the content of the file for vectors by folded word."""
    rows = sorted((zlib.crc32(word.encode()), vector) for word, vector in vectors.items())
    hashes = np.array([number for number, _vector in rows], dtype="<u4")
    full = np.array([vector for _number, vector in rows], dtype=np.float32)
    factors = (np.abs(full).max(axis=1) / 127).astype("<f2")
    small = np.rint(full / np.maximum(factors.astype(np.float32), 1e-7)[:, None])
    whole = np.clip(small, -127, 127).astype(np.int8)
    body = hashes.tobytes() + factors.tobytes() + whole.tobytes()
    return _HEADER.pack(_FORMAT, len(rows), zlib.crc32(body)) + body


def compute_text_vector(words: list[str]) -> _Array:
    """Return the vector of folded words, of length one at most, empty if none is known."""
    if not words:
        return np.empty(0, dtype=np.float32)
    hashes, vectors, factors = load_vectors()
    asked = np.array([_hash_word(word) for word in words], dtype=np.uint32)
    places = np.searchsorted(hashes, asked)
    places[places == len(hashes)] = 0
    places = places[hashes[places] == asked]
    if not len(places):
        return np.empty(0, dtype=np.float32)
    # Without BLAS, whose threads wait by spinning.
    total = (factors[places, None].astype(np.float32) * vectors[places]).sum(axis=0)
    return total / (np.sqrt((total * total).sum()) + np.float32(1e-3))


def _hash_word(word: str) -> int:
    return zlib.crc32((word if word.isascii() else fold_letters(word)).encode())
