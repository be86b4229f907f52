"""``wushe events``: what happened, as the log and the databases of the running stack tell it."""
