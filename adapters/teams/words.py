"""The few sentences that this adapter says by itself: to strangers, after a press, and where nothing could be stored."""

STRANGER = (
    "Sorry, I do not know you. I work with people who are on a team's list. "
    "Please ask your manager, or whoever looks after Buddyline, to put you on it."
)
NOT_RECEIVED = "Not received just now. Please send it again in a moment."
OLD_BUTTON = "That button is from an older message. Please use the newest one, or send: status"
LOOK_AGAIN = (
    "Buddyline has just written to you what to change. Please put it right, and send again."
)
TAKEN = "Thank you, that was heard."
SHORT = "To start a visit, press the button. To see what else you can write, send: help"
