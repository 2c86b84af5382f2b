"""LLMs through LlamaIndex's own classes: named by a spec, streamed, their failures explained."""
