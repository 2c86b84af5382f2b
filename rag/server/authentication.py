"""Ask for the password: on a form, which opens a session, or with each request as a token.

Passwords are hashed by Argon2id, wrong ones are counted, and sessions are kept in memory.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
import threading
import time
from ipaddress import ip_address, ip_network
from typing import NamedTuple
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

MIN_LENGTH = 12  # characters; a shorter one can be guessed even at ten tries in five minutes
MAX_LENGTH = 1_000  # characters of a password that is tried; hashing takes time by length


def hash_password(password: str) -> str:
    """Return the hash of a password, by Argon2id with RFC 9106's parameters for little memory.

    Raises:
        SettingError: the password is too short or too long.
    """
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise SettingError(
            f"The password has {len(password)} characters; use {MIN_LENGTH} to {MAX_LENGTH:,}, for "
            "example four random words."
        )
    return PasswordHasher().hash(password)


class PasswordChecker:
    """A check of passwords against a hash. Safe to share between threads."""

    def __init__(self, hashed: str) -> None:
        """Take the hash of the right password.

        Raises:
            SettingError: it is not the hash of a password.
        """
        self._hashed = hashed
        self._hasher = PasswordHasher()
        # Hashing takes memory and time on purpose, so the right password is hashed only once; later
        # requests are compared by a digest that is keyed for this process.
        self._key = secrets.token_bytes(32)
        self._known: bytes | None = None
        self._lock = threading.Lock()  # one hash at a time, or many tries would take all memory
        try:
            self._hasher.check_needs_rehash(hashed)
        except InvalidHashError as error:
            raise SettingError(
                "RAG_PASSWORD_HASH is not the hash of a password; make one with `rag password` and "
                "put it into `.env` in single quotes."
            ) from error

    def is_known(self, password: str) -> bool:
        """Return whether this is the right password and was given before; takes no time."""
        return self._known is not None and hmac.compare_digest(self._digest(password), self._known)

    def matches(self, password: str) -> bool:
        """Return whether this is the right password; takes a tenth of a second for any other."""
        if self.is_known(password):
            return True
        if len(password) > MAX_LENGTH:
            return False
        with self._lock:
            try:
                self._hasher.verify(self._hashed, password)
            except VerificationError:
                return False
        self._known = self._digest(password)
        return True

    def _digest(self, password: str) -> bytes:
        given = password.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(given, key=self._key).digest()


MAX_SESSIONS = 10_000  # beyond that the oldest end


class Sessions:
    """Sessions by a secret that only the browser has. Safe to share between threads."""

    def __init__(self, seconds: float) -> None:
        """Take how long a session lasts."""
        self.seconds = seconds
        self._ends: dict[bytes, float] = {}
        self._lock = threading.Lock()

    def open(self) -> str:
        """Begin a session and return its secret."""
        secret = secrets.token_urlsafe(32)
        now = time.monotonic()
        with self._lock:
            self._ends = {key: end for key, end in self._ends.items() if end > now}
            while len(self._ends) >= MAX_SESSIONS:
                del self._ends[next(iter(self._ends))]
            self._ends[_key(secret)] = now + self.seconds
        return secret

    def is_open(self, secret: str) -> bool:
        """Return whether a session has this secret and has not ended."""
        with self._lock:
            return self._ends.get(_key(secret), 0.0) > time.monotonic()

    def close(self, secret: str) -> None:
        """End a session; an unknown secret is ignored."""
        with self._lock:
            self._ends.pop(_key(secret), None)


def _key(secret: str) -> bytes:
    """Return the key of a session: a hash, since the time to compare secrets would leak them."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


COOKIE = "footnote"
LOGIN, LOGOUT = "/login", "/logout"
# Wrong passwords from one address, and from all, before further ones are refused for a while.
PER_ADDRESS, FROM_ALL = parse("10 per 5 minute"), parse("300 per 5 minute")
RETRY_AFTER_SECONDS = 300
IPV6_PREFIX = 56  # bits of an address that a household is given; it may choose the rest
MAX_FORM = 8_192  # bytes


class Refusal(NamedTuple):
    """The answer to a request without the right password."""

    status: int
    message: str


WRONG = Refusal(401, "That is not the password.")
TOO_LONG = Refusal(413, WRONG.message)
TOO_MANY = Refusal(429, "Too many wrong passwords; try again in five minutes.")
PASSWORD_NEEDED = Refusal(
    401,
    "This needs the password: send it as `Authorization: Bearer PASSWORD`, or log in at /login.",
)


class PasswordMiddleware:
    """Middleware that answers in place of the app, unless the password was given."""

    def __init__(self, app: ASGIApp, checker: PasswordChecker, session_seconds: float) -> None:
        """Take the app, the check of its password, and how long a session lasts."""
        self._app = app
        self._checker = checker
        self._sessions = Sessions(session_seconds)
        self._rate_limiter = MovingWindowRateLimiter(MemoryStorage())
        # The checks that are running, by address and password.
        self._checks: dict[tuple[str, str], asyncio.Future[Refusal | None]] = {}
        self._lock = asyncio.Lock()
        self._threads = CapacityLimiter(1)  # its own, since questions may hold all others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on to the app, or answer it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] != "http":  # no interface uses web sockets
            await send({"type": "websocket.close", "code": 1008})
        else:
            request = Request(scope, receive)
            response = await self._respond(request)
            await (response or self._app)(scope, receive, send)

    async def _respond(self, request: Request) -> Response | None:
        """Return the response in place of the app's, None where the app is to respond."""
        path = request.url.path
        if path == LOGIN and request.method == "POST":
            return await self._log_in(request)
        if path == LOGIN:
            return _form(None)
        if path == LOGOUT and request.method == "POST":
            self._sessions.close(_cookie(request))
            left = RedirectResponse(LOGIN, 303)
            left.delete_cookie(COOKIE, httponly=True, samesite="strict")
            return left
        if self._sessions.is_open(_cookie(request)):
            return None
        token = _token(request)
        if token:
            refusal = await self._check(request, token)
            return None if refusal is None else _refuse(refusal)
        if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
            wanted = f"{path}?{request.url.query}" if request.url.query else path
            return RedirectResponse(f"{LOGIN}?next={quote(wanted, safe='')}", 303)
        return _refuse(PASSWORD_NEEDED)

    async def _log_in(self, request: Request) -> Response:
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > MAX_FORM:
                return _form(TOO_LONG)
        given = parse_qs(body.decode("utf-8", "replace")).get("password", [""])[0]
        refusal = await self._check(request, given)
        if refusal is not None:
            return _form(refusal)
        entered = RedirectResponse(_local_path(request.query_params.get("next", "/")), 303)
        entered.set_cookie(
            COOKIE,
            self._sessions.open(),
            max_age=int(self._sessions.seconds),
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return entered

    async def _check(self, request: Request, password: str) -> Refusal | None:
        """Check a password; return why it is refused, None where it is right."""
        address = _network(request)
        if not self._rate_limiter.test(PER_ADDRESS, address):
            return TOO_MANY
        if self._checker.is_known(password):
            return None
        key = (address, password)
        if key not in self._checks:  # a program may begin with many requests at once: one try
            # Counted before the first await, or all requests sent at once would be tried.
            self._rate_limiter.hit(PER_ADDRESS, address)
            self._checks[key] = asyncio.ensure_future(self._hash(address, password))
            self._checks[key].add_done_callback(lambda _: self._checks.pop(key))
        return await asyncio.shield(self._checks[key])

    async def _hash(self, address: str, password: str) -> Refusal | None:
        """Check a password by its hash, one at a time: hashing takes memory on purpose."""
        async with self._lock:
            if not self._rate_limiter.test(FROM_ALL):
                return TOO_MANY
            matches = self._checker.matches
            if await to_thread.run_sync(matches, password, limiter=self._threads):
                self._rate_limiter.clear(PER_ADDRESS, address)
                return None
            self._rate_limiter.hit(FROM_ALL)
        return WRONG


def _form(refusal: Refusal | None) -> Response:
    if refusal is None:
        return HTMLResponse(render.login_html(""))
    return _with_retry(HTMLResponse(render.login_html(refusal.message), refusal.status))


def _refuse(refusal: Refusal) -> Response:
    response = JSONResponse({"error": refusal.message}, refusal.status)
    response.headers["WWW-Authenticate"] = "Bearer"
    return _with_retry(response)


def _with_retry(response: Response) -> Response:
    if response.status_code == TOO_MANY.status:
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _local_path(wanted: str) -> str:
    """Return a path of this site, "/" where an address of another site was given."""
    local = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if local and wanted.isprintable() else "/"


def _cookie(request: Request) -> str:
    return request.cookies.get(COOKIE, "")


def _token(request: Request) -> str:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer":
        return ""
    # Starlette decodes headers as Latin-1; clients write other characters in UTF-8.
    return token.strip().encode("latin-1").decode("utf-8", "replace")


def _network(request: Request) -> str:
    """Return the address or network that wrong passwords are counted for."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if address.version == 4:
        return str(address)
    return str(ip_network(f"{address}/{IPV6_PREFIX}", strict=False))
