"""What Buddyline is: the domain, the services over it, and the one composition root."""
