"""The few sentences that this adapter says by itself: to strangers, and where nothing could be stored or shown."""

STRANGER = (
    "Sorry, I do not know you. I work with people who are on a team's list. "
    "Please ask your manager, or whoever looks after Buddyline, to put you on it."
)
NOT_RECEIVED = "Not received just now. Please send it again in a moment."
OLD_BUTTON = "That button is from an older message. Please use the newest one, or send: status"
LOOK_AGAIN = "Buddyline has just written to you what to change. Put it right here, and send again."
WHO = "Please say who it is about."
