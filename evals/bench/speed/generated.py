"""Generated articles, with the words of a real vocabulary, and models to embed them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from evals.bench.baselines import load_encoder

TOKENS = 128  # of a passage, so that sizes can be told in passages and not only in words
PASSAGES = 10  # that an article of SENTENCES makes, on average
SENTENCES = 48
WORDS = (10, 24)  # of a sentence
TOPICS = 400
TOPIC_WORDS = 120
ABOUT = 0.4  # share of the words of an article that are of its topic
ZIPF = 2.7  # added to the rank of a word (Mandelbrot's correction), for a natural decline
OUTLETS = 20
YEARS = range(2015, 2025)
POOL = 1_000_000  # words drawn at once, from which sentences are slices


class Vocabulary:
    """Words by how common they are, and topics made of them; the same every time."""

    def __init__(self) -> None:
        vocabulary = load_encoder().tokenizer.get_vocab()
        ranked = sorted(vocabulary, key=lambda word: int(vocabulary[word]))
        self._words = [word for word in ranked if word.isalpha() and word.isascii() and word[2:]]
        draw = np.random.default_rng(7)
        weights = 1 / (np.arange(len(self._words)) + ZIPF)
        self._common = draw.choice(len(self._words), POOL, p=weights / weights.sum())
        topics = draw.integers(500, len(self._words), (TOPICS, TOPIC_WORDS))
        self._topics = [[self._words[at] for at in topic] for topic in topics]

    def article(self, number: int) -> str:
        """Return the text of an article, with its metadata."""
        draw = random.Random(number)  # noqa: S311 - these are no secrets
        topic = self.topic(number)
        day = f"{draw.choice(YEARS)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
        title = " ".join(draw.choices(topic, k=4)).capitalize()
        outlet = f"Outlet {number % OUTLETS}"
        body = " ".join(self._sentence(draw, topic) for _ in range(SENTENCES))
        return f"---\ntitle: {title}\noutlet: {outlet}\npublished: {day}\n---\n{body}\n"

    def topic(self, number: int) -> list[str]:
        """Return the words of an article's topic."""
        return self._topics[number * 7919 % TOPICS]

    def question(self, number: int) -> str:
        """Return a question about the topic of some article."""
        draw = random.Random(-number)  # noqa: S311
        first, second, third = draw.choices(self.topic(number), k=3)
        return f"What did the {first} say about the {second} and the {third}?"

    def _sentence(self, draw: random.Random, topic: list[str]) -> str:
        length = draw.randint(*WORDS)
        at = draw.randrange(POOL - length)
        words = [self._words[word] for word in self._common[at : at + length]]
        for place in draw.sample(range(length), round(length * ABOUT)):
            words[place] = draw.choice(topic)
        return " ".join(words).capitalize() + "."


def write_articles(folder: Path, passages: int) -> None:
    """Fill a folder with articles that make some number of passages, a thousand a subfolder."""
    vocabulary = Vocabulary()
    for number in range(max(1, passages // PASSAGES)):
        place = folder / f"{number // 1000:04}"
        if number % 1000 == 0:
            place.mkdir(parents=True)
        (place / f"{number:07}.txt").write_text(vocabulary.article(number), "utf-8")


def questions(count: int, passages: int) -> Iterator[str]:
    """Yield different questions about articles that :func:`write_articles` made."""
    vocabulary = Vocabulary()
    for number in range(count):
        yield vocabulary.question(number * 31 % max(1, passages // PASSAGES))


def save_model(place: Path, *, layers: bool) -> None:
    """Save the bundled model for passages of TOKENS; without layers it embeds words one by one.

    What is left is real vectors of words, averaged: near for texts on one topic, and made a
    hundred times as fast, so that the store can be measured and not the model.
    """
    model: Any = load_encoder()
    model.max_seq_length = TOKENS
    if not layers:
        bert = model[0].auto_model
        bert.encoder.layer = bert.encoder.layer[:0]
        bert.config.num_hidden_layers = 0
    model.save(str(place))
