"""Secrets and codes of a class: who holds the secret is the teacher, and who knows the code may join.

The code follows from the secret by a slow hash. So only who holds the secret can open a class with this code again,
after a restart of the server for example, and nothing has to be stored.
"""

import base64
import hashlib
import hmac
import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""The characters of a code: Crockford's base 32, in which none looks like another."""

CODE_LENGTH = 6

_LONGEST = 64
"""Characters of a typed code that are read: room for spaces and hyphens."""

_FORGIVEN = str.maketrans({"O": "0", "I": "1", "L": "1", " ": None, "-": None})
_CODE = re.compile(rf"[{ALPHABET}]{{{CODE_LENGTH}}}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
_SEAT = re.compile(r"[A-Za-z0-9_-]{16,64}")
_HALF = 16
"""Bytes of each half of a secret: the random one, and its signature."""

_SALT = b"NumPy Playground: the code of a class"
_SCREEN = b"NumPy Playground: the screen of a class"


def normalize(text: str) -> str | None:
    """The code that is meant by a typed text; None if it is none.

    Case, spaces, hyphens and look-alikes are forgiven. Only ASCII is read.

    >>> normalize(" abc-23o ")
    'ABC230'
    """
    if len(text) > _LONGEST or not text.isascii():
        return None
    code = text.upper().translate(_FORGIVEN)
    return code if _CODE.fullmatch(code) else None


def new_secret(key: str = "") -> str:
    """A new secret of a class, signed with the server's `key`: 43 characters that an address can contain."""
    half = secrets.token_bytes(_HALF)
    return _text(half + _signature(half, key))


def is_genuine(secret: str, key: str = "") -> bool:
    """Whether a secret was made by `new_secret` with this key."""
    if not _SECRET.fullmatch(secret):
        return False
    whole = base64.urlsafe_b64decode(secret + "=")
    # the last character has two bits to spare: a class has one secret, in one spelling
    is_signed = hmac.compare_digest(whole[_HALF:], _signature(whole[:_HALF], key))
    return is_signed and hmac.compare_digest(_text(whole), secret)


def code_of(secret: str) -> str:
    """The code of a class with a genuine secret. It takes a twentieth of a second, so that nobody can try many secrets.

    >>> len(code_of(new_secret()))
    6
    """
    digest = hashlib.scrypt(secret.encode("ascii"), salt=_SALT, n=2**14, r=8, p=1, dklen=4)
    return spelled(int.from_bytes(digest) >> 2)


def spelled(number: int) -> str:
    """A number of 30 bits as a code, so that all codes are equally likely.

    >>> spelled(0), spelled(2**30 - 1)
    ('000000', 'ZZZZZZ')
    """
    return "".join(ALPHABET[(number >> 5 * place) % 32] for place in range(CODE_LENGTH))


def screen_secret(secret: str) -> str:
    """The weaker secret that a screen of the class joins with; the class's own does not follow from it."""
    return _text(hmac.digest(secret.encode("ascii"), _SCREEN, "sha256")[:_HALF])


def is_seat(text: str) -> bool:
    """Whether a text can be a student's own secret."""
    return _SEAT.fullmatch(text) is not None


def seat_key(seat: str) -> str:
    """What the server remembers of a student's own secret: it finds the seat, and does not open it."""
    return hashlib.sha256(seat.encode("ascii")).hexdigest()[:32]


def _signature(half: bytes, key: str) -> bytes:
    return hmac.digest(key.encode("utf-8", "surrogatepass"), half, "sha256")[:_HALF]


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")
