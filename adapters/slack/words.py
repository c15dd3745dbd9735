"""The few sentences that this adapter says by itself: to strangers, and where nothing could be stored or shown."""

STRANGER = (
    "Sorry, I do not know you. I work with people who are on a team's list. "
    "Please ask your manager, or whoever looks after Buddyline, to put you on it."
)
NOT_RECEIVED = "Not received just now. Please send it again in a moment."
OLD_BUTTON = "That button is from an older message. Please use the newest one, or send: status"
LOOK_AGAIN = "Buddyline has just written to you what to change. Put it right here, and send again."
WHO = "Please say who it is about."

INSTALLED = (
    "Buddyline is in your workspace\n"
    "Next: invite it to the team's channel (/invite @Buddyline), and write the team's people and channel into the team "
    "file. Then try /visit help."
)
INSTALL_REFUSED = "Buddyline was not let in\nNothing has changed. To begin again, open the link that you were given."
INSTALL_STALE = (
    "This link cannot be used any more\n"
    "It is good once, for ten minutes, and in the browser in which it was opened. "
    "To begin again, open the link that you were given."
)
INSTALL_NOT_LISTED = (
    "This workspace is not on the list\n"
    "Whoever runs Buddyline has to put the workspace on its list first. What Slack gave us was given back. An installation for "
    "a whole organisation is not taken: install it into the one workspace."
)
INSTALL_LATER = "That did not work just now\nNothing has changed. Please open the link that you were given again in a moment."
