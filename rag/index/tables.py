"""The tables of the catalog."""

from __future__ import annotations

VERSION = 2  # of the tables below and of all that hangs on them
TABLES = """
CREATE TABLE IF NOT EXISTS articles(
    id TEXT PRIMARY KEY, state TEXT NOT NULL, title TEXT NOT NULL, outlet TEXT, author TEXT,
    published TEXT, published_basis TEXT, published_from TEXT, published_to TEXT, url TEXT,
    language TEXT NOT NULL, sha256 TEXT NOT NULL, marks TEXT NOT NULL, passages INTEGER NOT NULL,
    text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS files(
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    seen_ns INTEGER NOT NULL, article_id TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS files_by_article ON files(article_id);
CREATE INDEX IF NOT EXISTS articles_by_day
    ON articles(published_from, published_to, outlet, passages);
CREATE INDEX IF NOT EXISTS articles_by_id
    ON articles(id, published_from, published_to, outlet);
CREATE TABLE IF NOT EXISTS passages(
    article_id TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, kind TEXT NOT NULL,
    digest BLOB NOT NULL, vector BLOB NOT NULL,
    PRIMARY KEY(article_id, start, end)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS passages_by_digest ON passages(digest);
CREATE TABLE IF NOT EXISTS sentences(
    article_id TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, kind TEXT NOT NULL,
    terms TEXT NOT NULL, digest BLOB NOT NULL, vector BLOB NOT NULL,
    PRIMARY KEY(article_id, start)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sentences_by_digest ON sentences(digest);
CREATE TABLE IF NOT EXISTS info(key TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
SERVED = "state = 'complete' AND EXISTS (SELECT 1 FROM files WHERE article_id = id)"
