"""Covert code phrases: finding one in what people write, whatever a thumb, a dictation or fright made of it.

Pure, and about detection only: what follows from a phrase is decided elsewhere (`docs/phrases.md`).
"""
