"""What Twilio is told to say and to listen for, in its own language (TwiML). Pure.

Until the one who is wanted has said that it is them, nothing is said but their name: anybody may pick up, and an answerphone
would keep it. What was said is never the alarm itself: that is in the chat.
"""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

_VOICE = 'language="en-GB"'
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def ask_for(name: str, action: str) -> str:
    """Ask for somebody by name; whoever it is presses 1."""
    return _gather(
        f"This is Buddyline, calling for {name}. If that is you, please press 1.", action
    )


def ask_for_pin(name: str, digits: int, action: str, *, again: bool = False) -> str:
    """Ask for somebody by name; whoever it is keys in their PIN, of so many digits."""
    asked = f"This is Buddyline, calling for {name}. If that is you, please key in your PIN."
    words = "That was not it. Please key in your PIN." if again else asked
    return _gather(words, action, digits)


def needed(action: str) -> str:
    """Say that they are needed; 1 takes charge."""
    return _gather(
        "Somebody needs you now. To take charge, press 1. What to do is in your chat.", action
    )


OVER = "You are not needed any more. Thank you."
TEST = "This was a test. There is nothing to do. Thank you."
LOOK = "Somebody needs you now. What to do is in your chat."


def said(words: str) -> str:
    """Say something and hang up."""
    return f"{_HEAD}<Response>{_say(words)}<Hangup/></Response>"


def hang_up() -> str:
    """Hang up without a word."""
    return f"{_HEAD}<Response><Hangup/></Response>"


def _gather(words: str, action: str, digits: int = 1) -> str:
    """Say it twice, for whoever was asleep, and go on with so many keys; without any, hang up."""
    twice = f'{_say(words)}<Pause length="1"/>{_say(words)}'
    gather = f'<Gather numDigits="{digits}" timeout="8" method="POST" action={quoteattr(action)}>{twice}</Gather>'
    return f"{_HEAD}<Response>{gather}<Hangup/></Response>"


def _say(words: str) -> str:
    plain = "".join(char for char in words if char.isprintable())
    return f"<Say {_VOICE}>{escape(plain)}</Say>"
