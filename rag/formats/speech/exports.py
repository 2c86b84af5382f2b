"""Chats exported as JSON: Slack, Discord, Telegram, Teams, Messenger, Matrix, ChatGPT and others.

The programs differ in the names of their fields and hardly in anything else, so that tables say
where each may keep the speaker, the words and the time.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from rag.formats.extracted import Builder, Extracted
from rag.text.dates import day_in_words

# Where a program keeps what, the most telling first; dots lead into nested objects.
_SPEAKERS = (
    *("user_profile.real_name", "user_profile.display_name", "from.user.displayName"),
    *("from.application.displayName", "sender_name", "author.nickname", "author.name"),
    *("author.role", "creator.name", "displayName", "from", "sender.name", "sender", "role"),
    *("username", "user.name", "user", "author", "bot_id"),
)
_WORDS = ("text", "content", "body", "message")
_TIMES = (
    *("ts", "timestamp", "timestamp_ms", "createdDateTime", "created_date", "create_time"),
    *("created_at", "originalarrivaltime", "origin_server_ts", "date", "time", "sent_at"),
)
_FILES = ("files", "attachments", "photos", "videos", "audio_files", "attached_files")
_FILE_NAMES = ("name", "fileName", "filename", "title", "uri", "export_name", "file_name")
_MEDIA_FIELDS = ("photo", "file", "media_type")
_LISTS = ("messages", "MessageList", "chat_messages", "value")  # of messages in a conversation
_GROUPS = ("chats", "conversations", "left_chats", "list")  # of conversations
_TITLES = ("name", "title", "displayName", "room_name", "channel.name", "topic")
_MAX_DEPTH = 4  # of objects around the messages: an export of all chats has three
_MIN_SHARE = 0.6  # of the messages that have a speaker and words; others are pictures and calls
_MILLISECONDS = 100_000_000_000  # a later time in seconds is after the year 5000
_MAX_NAMED = 20  # files that are named
_FORMS_OF_TIME = ("%A, %d %B %Y at %H:%M:%S %Z", "%A, %B %d, %Y at %I:%M:%S %p %Z")
_SLACK_LINK = re.compile(r"<(?P<target>[^<>|\s][^<>|]*)(?:\|(?P<shown>[^<>]*))?>")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_LINE_TAG = re.compile(r"<(?:br|/p|/div|/li)\b[^<>]*>", re.IGNORECASE)


class _Said(NamedTuple):
    """A message: who, when as a time or as written, and what."""

    who: str
    when: datetime | None
    written: str
    words: str


def read_chat(data: Any) -> Extracted | None:
    """Return the messages of an export as turns, "Ana, 10:15: words"; None where it is none.

    Args:
        data: what the JSON holds.
    """
    listed = [(title, messages) for title, messages in _conversations(data, 0) if messages]
    found = [(title, _said_in(messages)) for title, messages in listed]
    conversations = [(title, said) for title, said in found if said]
    if not found or len(conversations) < len(found):
        return None
    builder = Builder()
    times: list[datetime] = []
    for title, said in conversations:
        if len(conversations) > 1:
            builder.add(title or "A conversation without a name", "heading", level=1)
        _add_messages(builder, said)
        times += [one.when for one in said if one.when]
    names = [name for _, messages in listed for name in _file_names(messages)]
    if names:
        builder.unread.append(_missing(names))
    metadata = {"title": conversations[0][0]} if len(conversations) == 1 else {}
    if times:
        metadata["published"] = max(times, key=_instant).date().isoformat()
        metadata["published_basis"] = "stated: in the latest message"
    return builder.extracted(metadata)


def _conversations(data: Any, depth: int) -> Iterator[tuple[str, list[Any]]]:
    """Yield the title and the messages of each conversation in an export."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(data, list):
        if data and all(_is_slack(message) for message in data):
            yield "", data
        elif data and all(isinstance(each, dict) for each in data):
            for each in data:
                yield from _conversations(each, depth + 1)
    elif isinstance(data, dict):
        if isinstance(data.get("mapping"), dict):
            yield _title(data), _branch(data)
            return
        lists = [data[key] for key in _LISTS if _is_messages(data.get(key), key)]
        if lists:
            yield _title(data), lists[0]
            return
        for key in _GROUPS:
            yield from _conversations(data.get(key), depth + 1)


def _is_slack(message: Any) -> bool:
    return isinstance(message, dict) and message.get("type") == "message" and "ts" in message


def _is_messages(value: Any, key: str) -> bool:
    """Return whether a field holds messages; "value" holds anything that a service lists."""
    if not isinstance(value, list):
        return False
    return key != "value" or all(isinstance(_at(each, "body.content"), str) for each in value)


def _title(conversation: dict[str, Any]) -> str:
    names = (_at(conversation, path) for path in _TITLES)
    title = next((" ".join(name.split()) for name in names if isinstance(name, str) and name), "")
    return _repaired(title) if _is_messenger(conversation.get("messages")) else title


def _branch(conversation: dict[str, Any]) -> list[Any]:
    """Return the messages that are shown of a conversation in which answers were asked again."""
    nodes = conversation["mapping"]
    at, path = conversation.get("current_node"), list[str]()
    while isinstance(at, str) and at in nodes and len(path) <= len(nodes):
        path.append(at)
        at = nodes[at].get("parent") if isinstance(nodes[at], dict) else None
    chosen = path[::-1] or list(nodes)
    messages = [nodes[name].get("message") for name in chosen if isinstance(nodes[name], dict)]
    return [message for message in messages if isinstance(message, dict)]


def _said_in(messages: list[Any]) -> list[_Said] | None:
    """Return what was said, in the order of time; None where these are no messages."""
    people = _people(messages)
    found = [_said(message, people) for message in messages if isinstance(message, dict)]
    said = [one for one in found if one and one.words]
    if not said or len([one for one in found if one]) < _MIN_SHARE * len(messages):
        return None
    said = _with_repaired_letters(said, messages)
    if all(one.when for one in said):
        said.sort(key=lambda one: _instant(one.when) if one.when else 0.0)
    return said


def _said(message: dict[str, Any], people: dict[str, str]) -> _Said | None:
    """Return what a message says; None where nobody is named as its speaker."""
    shown = (_at(message, path) for path in _SPEAKERS)
    who = next((" ".join(name.split()) for name in shown if isinstance(name, str) and name), "")
    if not who:
        return None
    role = message.get("role") == who or _at(message, "author.role") == who
    who = people.get(who, who.capitalize() if role else who)
    value = next((message[key] for key in _WORDS if message.get(key)), "")
    words = _plain(value, message, people)
    stated = next((message[key] for key in _TIMES if message.get(key)), None)
    when = _time(stated)
    return _Said(who, when, stated if isinstance(stated, str) and not when else "", words)


def _people(messages: Sequence[Any]) -> dict[str, str]:
    """Return the names behind the ids of people, where a message states both."""
    people: dict[str, str] = {}
    for message in messages:
        profile = message.get("user_profile") if isinstance(message, dict) else None
        if isinstance(profile, dict) and isinstance(message.get("user"), str):
            name = profile.get("real_name") or profile.get("display_name") or profile.get("name")
            if isinstance(name, str):
                people[message["user"]] = name
    return people


def _plain(value: Any, message: dict[str, Any], people: dict[str, str]) -> str:
    """Return the words of a message without the markup of its program."""
    words = _flat(value, 0)
    if _is_slack(message):
        return html.unescape(_SLACK_LINK.sub(lambda found: _shown(found, people), words)).strip()
    kind = _at(message, "body.contentType") or message.get("messagetype")
    if str(kind).lower() in ("html", "richtext/html", "richtext"):
        words = html.unescape(_TAG.sub("", _LINE_TAG.sub("\n", words)))
    return words.strip()


def _shown(found: re.Match[str], people: dict[str, str]) -> str:
    """Return what Slack shows of "<@U024|ana>", "<#C1|general>" or "<https://…|our page>"."""
    target, shown = found["target"], found["shown"] or ""
    if target[0] == "@":
        return "@" + (people.get(target[1:]) or shown or target[1:])
    if target[0] == "#":
        return "#" + (shown or target[1:])
    if target[0] == "!":
        return shown or "@" + target[1:]
    return f"{shown} ({target})" if shown and shown not in target else target


def _flat(value: Any, depth: int) -> str:
    """Return a text that may be kept in parts."""
    if isinstance(value, str):
        return value
    if depth > _MAX_DEPTH:
        return ""
    if isinstance(value, list):
        return "".join(_flat(part, depth + 1) for part in value)
    if isinstance(value, dict):
        kept = (value[key] for key in ("text", "content", "parts", "body") if value.get(key))
        return _flat(next(kept, ""), depth + 1)
    return ""


def _at(value: Any, path: str) -> Any:
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _time(stated: Any) -> datetime | None:
    """Return a time with its zone, if it states one; seconds and milliseconds are UTC."""
    if isinstance(stated, str) and not re.fullmatch(r"\d{9,13}(?:\.\d+)?", stated):
        return _written_time(" ".join(stated.split()))
    try:
        seconds = float(stated)
        return datetime.fromtimestamp(seconds / (1000 if seconds > _MILLISECONDS else 1), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _written_time(stated: str) -> datetime | None:
    try:
        return datetime.fromisoformat(stated)
    except ValueError:
        pass
    for form in _FORMS_OF_TIME:
        try:
            return datetime.strptime(stated, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def _instant(when: datetime) -> float:
    try:
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
    except (OverflowError, ValueError):
        return 0.0


def _with_repaired_letters(said: list[_Said], messages: list[Any]) -> list[_Said]:
    """Undo what Messenger does to letters: it writes the bytes of UTF-8 as characters."""
    if not _is_messenger(messages):
        return said
    return [one._replace(who=_repaired(one.who), words=_repaired(one.words)) for one in said]


def _is_messenger(messages: Any) -> bool:
    listed = messages if isinstance(messages, list) else []
    return any("sender_name" in message for message in listed if isinstance(message, dict))


def _repaired(text: str) -> str:
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _add_messages(builder: Builder, said: list[_Said]) -> None:
    """Add messages as turns, each day under a heading."""
    day = None
    for one in said:
        clock = one.written
        if one.when:
            zone = " UTC" if one.when.tzinfo and not one.when.utcoffset() else ""
            clock = f"{one.when:%H:%M}{zone}"
            if one.when.date() != day:
                day = one.when.date()
                builder.add(day_in_words(day), "heading", level=2)
        who = f"{one.who}, {clock}" if clock else one.who
        builder.add(f"{who}: {one.words}", "turn", label=one.who)


def _file_names(messages: list[Any]) -> Iterator[str]:
    """Yield the names of the files that were sent with messages."""
    for message in messages:
        if not isinstance(message, dict):
            continue
        for file in _files(message):
            names = (file.get(name) for name in _FILE_NAMES) if isinstance(file, dict) else ()
            yield next((name for name in names if isinstance(name, str) and name), "a file")
        if any(isinstance(message.get(key), str) for key in _MEDIA_FIELDS):
            name = message.get("file_name") or message.get("file") or message.get("photo")
            yield name.rsplit("/", 1)[-1] if isinstance(name, str) else "a file"


def _files(message: dict[str, Any]) -> Iterator[Any]:
    for key in _FILES:
        files = message.get(key)
        if isinstance(files, list):
            yield from files


def _missing(names: list[str]) -> str:
    shown = ", ".join(names[:_MAX_NAMED]) + (", …" if len(names) > _MAX_NAMED else "")
    if len(names) == 1:
        return f"has a file sent with a message that was not read: {shown}; save it into the folder"
    return (
        f"has {len(names)} files sent with messages that were not read: {shown}; "
        "save them into the folder"
    )
