"""Who is let in: whoever gives the password, on a form, or with each request as a token."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
import threading
import time
from ipaddress import ip_address, ip_network
from urllib.parse import parse_qs, quote

from anyio import CapacityLimiter, to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from rag import render
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


MOST = 10_000  # sessions; beyond that the oldest end


class Sessions:
    """Sessions by a secret that only the browser has. Safe to share between threads."""

    def __init__(self, seconds: float) -> None:
        """Take how long one lasts."""
        self.seconds = seconds
        self._ends: dict[bytes, float] = {}
        self._turn = threading.Lock()

    def open(self) -> str:
        """A new session; returns its secret."""
        secret = secrets.token_urlsafe(32)
        now = time.monotonic()
        with self._turn:
            self._ends = {key: end for key, end in self._ends.items() if end > now}
            while len(self._ends) >= MOST:
                del self._ends[next(iter(self._ends))]
            self._ends[_key(secret)] = now + self.seconds
        return secret

    def is_open(self, secret: str) -> bool:
        """Whether a session goes by this secret and has not ended."""
        with self._turn:
            return self._ends.get(_key(secret), 0.0) > time.monotonic()

    def close(self, secret: str) -> None:
        """End a session, if there is one."""
        with self._turn:
            self._ends.pop(_key(secret), None)


def _key(secret: str) -> bytes:
    """What is looked up: not the secret itself, whose comparison would tell how much is right."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


COOKIE = "footnote"
LOGIN, LOGOUT = "/login", "/logout"
# Wrong words from one address, and from all together, before no more are tried for a while.
PER_ADDRESS, FROM_ALL = parse("10 per 5 minute"), parse("300 per 5 minute")
WAIT_SECONDS = 300
NETWORK = 56  # bits of an IPv6 address that a household is given; the rest it may choose
LARGEST_FORM = 8_192  # bytes
WRONG = "That is not the password."
TOO_MANY = "Too many wrong passwords; try again in five minutes."
NEEDED = (
    "This needs the password: send it as `Authorization: Bearer PASSWORD`, or log in at /login."
)


class Access:
    """Middleware that answers in place of the app, unless the password was given."""

    def __init__(self, app: ASGIApp, password: Password, session_seconds: float) -> None:
        """Take the app, its password, and how long a session lasts."""
        self._app = app
        self._password = password
        self._sessions = Sessions(session_seconds)
        self._tries = MovingWindowRateLimiter(MemoryStorage())
        self._trials: dict[tuple[str, str], asyncio.Future[str | None]] = {}  # in hand
        self._turn = asyncio.Lock()
        self._hashing = CapacityLimiter(1)  # of its own: whoever asks questions keeps a thread

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] != "http":  # nothing here speaks in web sockets
            await send({"type": "websocket.close", "code": 1008})
        else:
            request = Request(scope, receive)
            answer = await self._answer(request)
            await (answer or self._app)(scope, receive, send)

    async def _answer(self, request: Request) -> Response | None:
        """What is answered in place of the app; None where the app is to."""
        path = request.url.path
        if path == LOGIN and request.method == "POST":
            return await self._log_in(request)
        if path == LOGIN:
            return _form("")
        if path == LOGOUT and request.method == "POST":
            self._sessions.close(_cookie(request))
            return _without_cookie(RedirectResponse(LOGIN, 303))
        if self._sessions.is_open(_cookie(request)):
            return None
        token = _token(request)
        if token:
            problem = await self._try(request, token)
            return None if problem is None else _refusal(problem)
        if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
            wanted = f"{path}?{request.url.query}" if request.url.query else path
            return RedirectResponse(f"{LOGIN}?next={quote(wanted, safe='')}", 303)
        return _refusal(NEEDED)

    async def _log_in(self, request: Request) -> Response:
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > LARGEST_FORM:
                return _form(WRONG, 413)
        given = parse_qs(body.decode("utf-8", "replace")).get("password", [""])[0]
        problem = await self._try(request, given)
        if problem is not None:
            return _form(problem, 429 if problem == TOO_MANY else 401)
        entered = RedirectResponse(_inside(request.query_params.get("next", "/")), 303)
        entered.set_cookie(
            COOKIE,
            self._sessions.open(),
            max_age=int(self._sessions.seconds),
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return entered

    async def _try(self, request: Request, word: str) -> str | None:
        """What is wrong with a word that was given as the password; None where nothing is."""
        address = _network(request)
        if not self._tries.test(PER_ADDRESS, address):
            return TOO_MANY
        if self._password.is_known(word):
            return None
        trial = (address, word)
        if trial not in self._trials:  # else a program that begins with many requests at once
            # Counted before anything is waited for, or those who try at once would all be let try.
            self._tries.hit(PER_ADDRESS, address)
            self._trials[trial] = asyncio.ensure_future(self._judge(address, word))
            self._trials[trial].add_done_callback(lambda _: self._trials.pop(trial))
        return await asyncio.shield(self._trials[trial])

    async def _judge(self, address: str, word: str) -> str | None:
        """What is wrong with a word, one at a time: to tell takes memory on purpose."""
        async with self._turn:
            if not self._tries.test(FROM_ALL):
                return TOO_MANY
            matches = self._password.matches
            if await to_thread.run_sync(matches, word, limiter=self._hashing):
                self._tries.clear(PER_ADDRESS, address)
                return None
            self._tries.hit(FROM_ALL)
        return WRONG


def _form(problem: str, status: int = 200) -> Response:
    return _later(HTMLResponse(render.login_html(problem), status))


def _refusal(problem: str) -> Response:
    status = 429 if problem == TOO_MANY else 401
    refused = JSONResponse({"error": problem}, status)
    refused.headers["WWW-Authenticate"] = "Bearer"
    return _later(refused)


def _later(answer: Response) -> Response:
    """An answer that says when to come back, where that is what it is about."""
    if answer.status_code == 429:
        answer.headers["Retry-After"] = str(WAIT_SECONDS)
    return answer


def _without_cookie(answer: Response) -> Response:
    answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return answer


def _inside(wanted: str) -> str:
    """A path of this site; an address of another is no place to be sent on to."""
    ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if ours and wanted.isprintable() else "/"


def _cookie(request: Request) -> str:
    return request.cookies.get(COOKIE, "")


def _token(request: Request) -> str:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer":
        return ""
    # Starlette reads headers as Latin-1; clients that have more to say write UTF-8.
    return token.strip().encode("latin-1").decode("utf-8", "replace")


def _network(request: Request) -> str:
    """Whom wrong words are counted for."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if address.version == 4:
        return str(address)
    return str(ip_network(f"{address}/{NETWORK}", strict=False))
