"""Twilio's signature, against the example that Twilio itself gives."""

from __future__ import annotations

from adapters.twilio.signature import proven, signed

URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
FIELDS = {
    "CallSid": "CA1234567890ABCDE",
    "Caller": "+14158675310",
    "Digits": "1234",
    "From": "+14158675310",
    "To": "+18005551212",
}


def test_the_published_example_is_signed_as_published() -> None:
    right = "GvWf1cFY/Q7PnoempGyD5oXAezc="
    assert signed("12345", URL, FIELDS.items()) == right
    assert proven("12345", URL, FIELDS.items(), right)
    assert not proven("12346", URL, FIELDS.items(), right)
    assert not proven("12345", URL, {**FIELDS, "Digits": "1235"}.items(), right)
