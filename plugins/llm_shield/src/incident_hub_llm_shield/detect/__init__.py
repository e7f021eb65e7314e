"""Whether a text tries to turn a model against its owner: plain views of it, signals, and a linear model."""
