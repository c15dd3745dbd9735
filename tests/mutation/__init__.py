"""Mutation testing (`make mutate`): one small change of the code after the other, and whether types or tests notice it.

The mutants are those of mutmut. They are tried by a loop of our own, because it is many times as quick: the tests are
collected once, and each mutant lives in a fork that runs only the tests that reach it, the quickest first, and stops at
the first that fails.
"""
