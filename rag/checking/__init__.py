"""Do the citations hold: the words at their place, and the statement that rests on them."""
