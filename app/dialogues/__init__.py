"""Dialogues: a question, how the talk is run, and what people said."""
