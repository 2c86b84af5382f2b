"""The password: its hash, which is all that is kept, and whether a word is it."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from rag.errors import SettingError

SHORTEST = 12  # characters; what is shorter can be guessed even at ten tries in five minutes
LONGEST = 1_000  # characters of a word that is tried; hashing takes time by length


def hash_password(password: str) -> str:
    """The hash of a password, by Argon2id with the parameters of RFC 9106 for little memory.

    Raises:
        SettingError: it is too short or too long.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise SettingError(
            f"The password has {len(password)} characters; take {SHORTEST} or more, as of four "
            "random words."
        )
    return PasswordHasher().hash(password)


class Password:
    """Tells the password from other words. Safe to share between threads."""

    def __init__(self, hashed: str) -> None:
        """Take its hash.

        Raises:
            SettingError: it is no hash of a password.
        """
        self._hashed = hashed
        self._hasher = PasswordHasher()
        # Hashing takes memory and time on purpose; not for every request that brings it again.
        self._key = secrets.token_bytes(32)
        self._known: bytes | None = None
        self._turn = threading.Lock()  # or many tries at once would take all memory
        try:
            self._hasher.check_needs_rehash(hashed)
        except InvalidHashError as error:
            raise SettingError(
                "RAG_PASSWORD_HASH is no hash of a password; `rag password` makes one, to be put "
                "into `.env` in single quotes."
            ) from error

    def is_known(self, word: str) -> bool:
        """Whether this is the password, where it was tried before; takes no time."""
        return self._known is not None and hmac.compare_digest(self._digest(word), self._known)

    def matches(self, word: str) -> bool:
        """Whether this is the password; takes a tenth of a second, and the same for any word."""
        if self.is_known(word):
            return True
        if len(word) > LONGEST:
            return False
        with self._turn:
            try:
                self._hasher.verify(self._hashed, word)
            except VerificationError:
                return False
        self._known = self._digest(word)
        return True

    def _digest(self, word: str) -> bytes:
        given = word.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(given, key=self._key).digest()
