"""All that Footnote does, one after the other, in a process that is watched: see test_telemetry."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

import rag
from tests.support.fake_llm import serve
from tests.support.places import ROOT

QUESTION = "How many US troops are in Iraq?"
PAGE = """<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://example.org/x.dtd">
<html><head><title>Owls</title><link rel="stylesheet" href="https://example.org/style.css"></head>
<body><img src="https://example.org/owl.png"><p>Barn owls hunt at night. A barn owl eats about
four voles a day, the Larnmouth owl station says.</p></body></html>"""
START_SECONDS = 120


def main() -> None:
    """Index and ask in this process, then serve in another and call all that it serves."""
    folder = Path.cwd() / "documents"
    shutil.copytree(ROOT / "corpus", folder, ignore=shutil.ignore_patterns(".*"))
    (folder / "owls.html").write_text(PAGE, "utf-8")
    with serve(lambda messages: "The US has 3,000 troops in Iraq [1].") as llm:
        use(folder, llm.spec)
        serve_and_call(folder, llm.spec)


def use(folder: Path, spec: str) -> None:
    """Everything by Python; the model is loaded as published, and copied, for the first time."""
    corpus = rag.open(folder)
    answer = corpus.ask(QUESTION)
    assert answer.statements
    assert corpus.ask(QUESTION, llm=rag.load_llm(spec)).answered_by != "none"
    assert corpus.chat().ask(QUESTION).statements
    assert corpus.search("owls")
    assert corpus.verify("A barn owl eats four voles.").statements
    assert corpus.timeline("Soleimani")
    corpus.compare(QUESTION)
    assert corpus.as_retriever().retrieve(QUESTION)
    assert str(corpus.as_query_engine().query(QUESTION))
    rag.export_pack(corpus, answer, folder.parent / "evidence.json", force=True)
    (folder / "more.txt").write_text("The barn owls of Larnmouth moved in 2023.", "utf-8")
    corpus.sync()


def serve_and_call(folder: Path, spec: str) -> None:
    """Start the server as from a shell, and use each of its doors."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "rag", "serve", "--corpus", str(folder), "--port", str(port)]
    server = subprocess.Popen(command)
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(START_SECONDS * 5):
            try:
                httpx.get(f"{base}/v1/models")
                break
            except httpx.HTTPError:
                assert server.poll() is None
                time.sleep(0.2)
        call(base)
        asyncio.run(call_tools(base))
        time.sleep(2)  # what is told is told in the background
    finally:
        server.terminate()
        server.wait(30)


def call(base: str) -> None:
    """Call the page as a browser does, the HTTP API, and what OpenAI's clients call."""
    with httpx.Client(base_url=base, timeout=60) as client:
        for path in ("/", "/config", "/gradio_api/info", "/docs", "/theme.css", "/api/articles"):
            client.get(path).raise_for_status()
        asked = {"data": [QUESTION, "", "", [], "none"]}
        event = (
            client.post("/gradio_api/call/ask", json=asked).raise_for_status().json()["event_id"]
        )
        assert "event: complete" in client.get(f"/gradio_api/call/ask/{event}").text
        client.post("/api/ask", json={"question": QUESTION}).raise_for_status()
        client.post("/api/verify", json={"text": "The US has 900 troops."}).raise_for_status()
        messages = [{"role": "user", "content": QUESTION}]
        client.post("/v1/chat/completions", json={"messages": messages}).raise_for_status()


async def call_tools(base: str) -> None:
    """MCP, by its own client."""
    from mcp.client.session import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    async with (
        streamable_http_client(f"{base}/mcp") as streams,
        ClientSession(streams[0], streams[1]) as session,
    ):
        await session.initialize()
        assert not (await session.call_tool("ask", {"question": QUESTION})).is_error


if __name__ == "__main__":
    main()
    print("lived")
