"""Procedures as data: one TOML file per council's procedure, and what reads them (`bot.packs.loader`).

Every value says where it comes from: a clause of the source, or the reason why it had to be assumed. What
the values mean for a visit is decided in `bot.domain`; nothing here runs while a visit is under way.
"""
