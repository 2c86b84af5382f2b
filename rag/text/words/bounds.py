"""The words before a number that say how far it is meant to be exact, as patterns to be joined."""

from __future__ import annotations

ROUGHLY = "about|approximately|around|circa|roughly|some|close to"
NEARLY = "nearly|almost"
# A least and a most that may be reached, and those that are passed.
LEAST = "at (?:the very )?least|(?:no|not) (?:less|fewer|lower) than|a minimum of|upwards of"
MOST = "at (?:the )?most|(?:no|not) (?:more|higher|longer|later) than|up to|a maximum of"
ABOVE = "over|above|exceeding|(?<!no )(?<!not )(?:more|higher|older|longer|greater) than"
BELOW = "under|below|(?<!no )(?<!not )(?:less|fewer|lower|younger|shorter) than"
