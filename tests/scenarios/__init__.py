"""The procedure read aloud: what people say and press, and what they read."""
