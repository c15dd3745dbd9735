"""What Buddyline does with an intent, a deadline or a message: load, decide, carry out, and put into words."""
