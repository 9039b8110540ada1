"""Finding the words and phrases of an editor's list in texts."""

import re
from collections.abc import Iterable
from functools import lru_cache

from cx_feedback.core.text.text_folding import fold_letters

#: Markup of emphasis that is shown within words ("p*u*ta").
_EMPHASIS = str.maketrans("", "", "*_~`")


class WordList:
    """Words and phrases, one per line; a star at an end of a line matches parts of words."""

    def __init__(self, lines: Iterable[str]) -> None:
        parts = sorted(
            {part for line in lines if (part := _get_word_pattern(line))}, key=len, reverse=True
        )
        self._pattern = re.compile("|".join(parts)) if parts else None

    def __bool__(self) -> bool:
        return self._pattern is not None

    def find(self, *texts: str) -> list[str]:
        """Return the words of the list in the texts, folded, in order and each once."""
        if self._pattern is None:
            return []
        folded = fold_letters("\n".join(texts))
        bare = folded.translate(_EMPHASIS)
        both = [folded] if bare == folded else [folded, bare]
        return list(dict.fromkeys(m[0] for form in both for m in self._pattern.finditer(form)))


@lru_cache(maxsize=32)
def get_word_list(lines: tuple[str, ...]) -> WordList:
    """Return the cached list of these lines, which are a setting."""
    return WordList(lines)


def _get_word_pattern(line: str) -> str:
    folded = fold_letters(line).strip()
    words = folded.strip("*").split()
    if not words:
        return ""
    # An underscore is not part of a word: "_word" contains the word.
    begin = "" if folded.startswith("*") else r"(?<![^\W_])"
    end = "" if folded.endswith("*") else r"(?![^\W_])"
    return begin + r"\s+".join(re.escape(word) for word in words) + end
